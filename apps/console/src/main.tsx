import './styles/base.css';
import './styles/parts.css';
import './styles/shell.css';
import './styles/screens.css';
import './styles/after-sale.css';
import './styles/station.css';
import './styles/operations.css';
import './styles/plots.css';
import './styles/print.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
