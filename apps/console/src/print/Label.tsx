import { QRCode } from 'antd';
import { type LabelContent, type LabelSize, layoutLabel } from '#trace/contract';
import './print.css';

/** One label at its true size, with a code drawn here from a text or drawn by the server. */
export function Label({
  size,
  content,
  code,
}: {
  size: LabelSize;
  content: LabelContent;
  code: { text: string } | { src: string };
}) {
  const layout = layoutLabel(size, content);
  return (
    <div className="label" style={{ width: `${layout.width}mm`, height: `${layout.height}mm` }}>
      {layout.texts.map((line) => (
        <span
          key={`${line.x},${line.y}`}
          style={{
            left: `${line.x}mm`,
            top: `${line.y}mm`,
            fontSize: `${line.size}mm`,
            fontWeight: line.bold ? 700 : 400,
          }}
        >
          {line.text}
        </span>
      ))}
      <div
        aria-hidden="true"
        className="label-qr"
        style={{
          left: `${layout.qr.x}mm`,
          top: `${layout.qr.y}mm`,
          width: `${layout.qr.size}mm`,
          height: `${layout.qr.size}mm`,
        }}
      >
        {'src' in code ? (
          <img src={code.src} alt="" />
        ) : (
          <QRCode type="svg" value={code.text} size={160} bordered={false} errorLevel="M" color="#000" bgColor="#fff" />
        )}
      </div>
    </div>
  );
}
