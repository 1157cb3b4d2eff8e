package discordtest

import (
	"fmt"
	"strconv"
	"strings"
)

// refusal is an answer that says no, in the form of Discord's error JSON.
type refusal struct {
	status, code int
	message      string
	fields       []fieldError
}

func refuse(status, code int, message string) *refusal {
	return &refusal{status: status, code: code, message: message}
}

func invalidForm(fields ...fieldError) *refusal {
	if len(fields) == 0 {
		return nil
	}
	return &refusal{400, 50035, "Invalid Form Body", fields}
}

// wrong says whether the request itself was at fault, in whatever state the world is.
func (r *refusal) wrong() bool {
	switch r.code {
	case 50008, 50083, 30046:
		return false
	}
	return r.status == 400 || r.status == 405 || r.status == 413
}

func (r *refusal) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %d %s", r.status, r.code, r.message)
	for _, f := range r.fields {
		fmt.Fprintf(&b, "; %s: %s", f.path, f.message)
	}
	return b.String()
}

func (r *refusal) json() map[string]any {
	out := map[string]any{"message": r.message, "code": r.code}
	if len(r.fields) == 0 {
		return out
	}
	root := map[string]any{}
	for _, f := range r.fields {
		node := root
		for part := range strings.SplitSeq(f.path, ".") {
			if part == "" {
				continue
			}
			next, ok := node[part].(map[string]any)
			if !ok {
				next = map[string]any{}
				node[part] = next
			}
			node = next
		}
		list, _ := node["_errors"].([]any)
		node["_errors"] = append(list, map[string]any{"code": f.code, "message": f.message})
	}
	out["errors"] = root
	return out
}

func errNoChannel(id string) error { return fmt.Errorf("discordtest: no channel %q", id) }

func itoa(n int) string { return strconv.Itoa(n) }
