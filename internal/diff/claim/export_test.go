package claim

import "erratum/internal/diff"

// Changes is what [Find] found.
func Changes(d *diff.Diff) []Change {
	changes, _ := Find(d)
	return changes
}
