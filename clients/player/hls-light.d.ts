/** hls.js without subtitles, alternate audio and DRM; its package has types for the whole only. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
