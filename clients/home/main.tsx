import { mount } from '../ui/page.js';
import { Shell } from '../ui/shell.js';

mount(() => <Shell>…</Shell>);
