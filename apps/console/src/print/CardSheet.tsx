import { QRCode } from 'antd';
import { useWords } from '../i18n/index.tsx';
import './print.css';

export interface CardToPrint {
  household: string;
  code: string;
  villageName: string;
  text: string;
  letters: string;
}

/** A household's card at its true size (85.6 × 54 mm, as a bank card): a number, a village and a code, and no name. */
export function CardFace({ card, county }: { card: CardToPrint; county: string }) {
  const { t } = useWords();
  return (
    <div className="card-face">
      <div aria-hidden="true" className="card-qr">
        <QRCode type="svg" value={card.text} size={160} bordered={false} errorLevel="Q" color="#000" bgColor="#fff" />
      </div>
      <div className="card-words">
        <span>
          {county} · {t('card.face')}
        </span>
        <b>{card.villageName}</b>
        <span className="card-number">{card.code}</span>
        <span className="card-blank">{t('card.owner')}</span>
      </div>
      <span className="card-letters">{card.letters}</span>
      <span className="card-foot">{t('card.found')}</span>
    </div>
  );
}

/** Cards on A4, ten a sheet, to be cut out. */
export function CardSheets({ cards, county }: { cards: readonly CardToPrint[]; county: string }) {
  return (
    <div className="card-sheet">
      {cards.map((card) => (
        <CardFace key={card.household} card={card} county={county} />
      ))}
    </div>
  );
}
