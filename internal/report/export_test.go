package report

import "erratum/internal/diff/claim"

// Weighed lists the rows of the tables of weights: kinds, and rules with a base of
// their own.
func Weighed() (ks []claim.Kind, rules []string) {
	for k := range kinds {
		ks = append(ks, k)
	}
	for r := range byRule {
		rules = append(rules, r)
	}
	return ks, rules
}
