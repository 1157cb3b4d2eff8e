package report

// JSON is a report in the form that other programs read: one object a line, fields in
// the order of the published form. New fields may be added, none renamed.
type JSON struct {
	ID string `json:"id,omitempty"`
	*Report
	Summary string `json:"summary"`
}

// NewJSON wraps a report for [encoding/json]. The hunks, which are long and can be
// had by [FullDiff], are left out; r is not changed.
func NewJSON(id string, r *Report, summary string) JSON {
	short := *r
	short.Hunks = nil
	return JSON{ID: id, Report: &short, Summary: summary}
}
