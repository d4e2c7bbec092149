/** Shanhuo's tokens, and Ant Design's theme made from them. Persimmon is for price and the one thing to press. */
import type { ThemeConfig } from 'antd';

export const colour = {
  paper: '#fbf8f2',
  card: '#ffffff',
  rice: '#f3ecdf',
  line: '#e6ddcb',
  ink: '#1f2d27',
  mute: '#626b65',
  pine: '#1f5a43',
  pineDeep: '#123a2c',
  moss: '#dfe9dc',
  persimmon: '#c8461a',
  persimmonTint: '#fbe9df',
  gold: '#b5851f',
} as const;

export const sans =
  '"PingFang SC", "HarmonyOS Sans SC", "MiSans", "Source Han Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif';

const base: ThemeConfig = {
  token: {
    colorPrimary: colour.pine,
    colorInfo: colour.pine,
    colorLink: colour.pine,
    colorLinkHover: '#2b7a5b',
    colorSuccess: '#2b7a4f',
    colorWarning: '#8a6210',
    colorError: '#b3261e',
    colorText: colour.ink,
    colorTextSecondary: colour.mute,
    // Ant Design's own greys for hints fall under 4.5 : 1 on paper; these do not.
    colorTextTertiary: colour.mute,
    colorTextDescription: colour.mute,
    colorTextPlaceholder: '#626a65',
    colorTextDisabled: '#6f7671',
    colorBorder: '#cfc7b6',
    colorBorderSecondary: colour.line,
    colorSplit: '#eee7d9',
    colorBgLayout: colour.card,
    colorFillAlter: colour.paper,
    colorBgTextHover: colour.paper,
    borderRadius: 8,
    fontFamily: sans,
    fontSize: 14,
    controlHeight: 36,
    wireframe: false,
    motionDurationMid: '0.15s',
    motionDurationSlow: '0.2s',
  },
  components: {
    Table: {
      headerBg: colour.paper,
      headerColor: colour.mute,
      rowHoverBg: '#f7f4ec',
      cellPaddingBlockSM: 9,
      cellPaddingInlineSM: 12,
      headerSplitColor: 'transparent',
    },
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
    Form: { itemMarginBottom: 18, labelColor: colour.ink },
    Tabs: { titleFontSize: 15, horizontalItemGutter: 24 },
    Descriptions: { labelBg: colour.paper },
    Modal: { titleFontSize: 18 },
    Segmented: { trackBg: colour.rice, itemColor: '#4f5752', itemSelectedColor: colour.ink, itemSelectedBg: '#fff' },
    Tag: { defaultBg: colour.rice, defaultColor: colour.ink },
  },
};

/** The console's theme; `roomy` is for station phones: type a size larger and 48 px targets. */
export function theme(roomy: boolean): ThemeConfig {
  if (!roomy) return base;
  return { ...base, token: { ...base.token, fontSize: 16, controlHeight: 48, controlHeightLG: 56 } };
}
