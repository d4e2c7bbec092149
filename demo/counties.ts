import type { DemoCounty } from './content.ts';
import { chengxian } from './counties/chengxian.ts';
import { hengzhou } from './counties/hengzhou.ts';
import { xixian } from './counties/xixian.ts';
import { youyang } from './counties/youyang.ts';

export const counties: DemoCounty[] = [chengxian, youyang, xixian, hengzhou];
