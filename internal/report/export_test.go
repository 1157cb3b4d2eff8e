package report

import "erratum/internal/diff/claim"

// Weighed lists the rows of the tables of weights: kinds, and rules with a base of
// their own.
func Weighed() (byKind []claim.Kind, byRule []string) {
	for k := range kinds {
		byKind = append(byKind, k)
	}
	for r := range ruleBases {
		byRule = append(byRule, r)
	}
	return byKind, byRule
}
