// Package quality measures how good the rules are on texts whose right answers are
// known: labelled pairs of revisions, notes, sentence revisions, and edits that are
// generated from true article texts. It holds the scorers and the generators; the
// command quality prints their figures.
//
// It is no part of the product: nothing that ships imports it. The same data and the
// same rules always give the same figures. Start reading at [ScoreFacts], which says
// when a changed fact counts as found.
package quality
