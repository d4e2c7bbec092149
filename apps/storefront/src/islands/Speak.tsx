import { useEffect, useState } from 'preact/hooks';

/** A text read aloud by the browser's own voice; pressed again it stops. Where there is no voice there is no button. */
export default function Speak({
  text,
  lang,
  words,
}: {
  text: string;
  lang: string;
  words: { say: string; stop: string };
}) {
  const [can, setCan] = useState(false);
  const [speaking, setSpeaking] = useState(false);
  useEffect(() => {
    setCan('speechSynthesis' in window);
    return () => window.speechSynthesis?.cancel();
  }, []);
  if (!can) return null;
  const press = () => {
    speechSynthesis.cancel();
    if (speaking) return setSpeaking(false);
    const said = new SpeechSynthesisUtterance(text);
    said.lang = lang;
    said.rate = 0.9;
    said.onend = () => setSpeaking(false);
    said.onerror = () => setSpeaking(false);
    setSpeaking(true);
    speechSynthesis.speak(said);
  };
  return (
    <button type="button" class="btn btn-quiet w-full" aria-pressed={speaking} onClick={press}>
      {speaking ? words.stop : words.say}
    </button>
  );
}
