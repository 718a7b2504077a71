// Radwerk: a bicycle workshop that shows every interface of the contract, one module each.
//
// plugin.toml and the cases are shared with the same plugin in other languages; they stand in sdk/examples/tour.

/// <reference path="./hospes.d.ts" />

// What is exported here has to be what `abilities` of plugin.toml names.
export { assignment } from './src/assignment';
export { channel } from './src/channel';
export { channelMedia } from './src/channel-media';
export { channelPoll } from './src/channel-poll';
export { channelSend } from './src/channel-send';
export { hooks } from './src/hooks';
export { identity } from './src/identity';
export { messenger } from './src/messenger';
export { panel } from './src/panel';
export { partner } from './src/partner';
export { schedule } from './src/schedule';
export { scoring } from './src/scoring';
export { survey } from './src/survey';
export { tools } from './src/tools';
export { triage } from './src/triage';
