/** All that stands around the cards; loaded as one, after them. */
export { Activity } from './activity';
export { RoutePicture } from './route-picture';
export { TitleBar } from './title-bar';
export { VerdictBanner } from './verdict-banner';
