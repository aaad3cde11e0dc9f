// The page of `signlift live`.
import { LivePage } from "./page";

declare global {
  interface Window {
    signliftLive: LivePage;
  }
}

window.signliftLive = new LivePage(document.getElementById("live") as HTMLElement);
window.signliftLive.start();
