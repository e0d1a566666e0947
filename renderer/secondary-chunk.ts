/** All that stands around the cards; loaded as one, after them. */
export { Activity } from './features/activity/activity';
export { OtherProducts } from './features/other-products/other-products';
export { RoutePicture } from './features/path/route-picture';
export { TitleBar } from './features/title-bar/title-bar';
export { VerdictBanner } from './features/verdict/verdict-banner';
