/** A view of the page: one is shown at a time. */
export interface ViewPart {
  readonly section: HTMLElement;
  /** There may be something new: at most one request. */
  refresh(): void;
  /** Something else was selected, or the view is shown now. */
  renew(): void;
}
