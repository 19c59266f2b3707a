/** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1) of a recording's sound, in hexadecimal digits: AAC-LC, 48 kHz, stereo. */
export const recordedAac = '1190';
