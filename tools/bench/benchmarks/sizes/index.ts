export { folderSize } from './folder-size';
export { install } from './install';
export { sizes } from './sizes';
export { tests } from './tests';
