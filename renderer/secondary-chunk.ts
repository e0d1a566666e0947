/** Everything around the cards, loaded after them as one chunk. */
export { Announcer } from './components/announcer';
export { Activity } from './features/activity/activity';
export { OtherProducts } from './features/other-products/other-products';
export { RoutePicture } from './features/path/route-picture';
export { SourceBar } from './features/title-bar/source-bar';
export { TitleBar } from './features/title-bar/title-bar';
export { VerdictBanner } from './features/verdict/verdict-banner';
