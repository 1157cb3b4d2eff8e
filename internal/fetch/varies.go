package fetch

import (
	"net/http"
	"strings"
)

// varies reports whether an answer says that other requests may get another text. It
// is a hint, no more.
func varies(h http.Header) bool {
	for name := range h {
		if isTestName(name) {
			return true
		}
	}
	cookies := h.Values("Set-Cookie")
	for _, c := range cookies {
		if name, _, _ := strings.Cut(c, "="); isTestName(name) {
			return true
		}
	}
	for _, line := range h.Values("Vary") {
		for name := range strings.SplitSeq(line, ",") {
			if variesBy(strings.ToLower(strings.TrimSpace(name)), len(cookies) > 0) {
				return true
			}
		}
	}
	return false
}

// variesBy reports whether a field that Vary names is not the same in all requests of
// ours: one that a network in between adds, such as X-Country or X-AB-Test. The standard
// ones we always send alike, or never; a site that goes by cookies and hands them out
// puts us in a group by lot each time.
func variesBy(name string, handsOutCookies bool) bool {
	switch {
	case name == "*":
		return true
	case name == "cookie":
		return handsOutCookies
	case strings.HasPrefix(name, "x-") && !strings.HasPrefix(name, "x-forwarded-") && name != "x-requested-with":
		return true
	default:
		return strings.Contains(name, "country") || strings.Contains(name, "device") || strings.Contains(name, "viewer")
	}
}

// testWords name experiments in the headers and cookies of sites and of the usual
// services for them, each as a whole part of a name.
var testWords = map[string]bool{
	"ab": true, "abtest": true, "abtesting": true, "abtests": true, "abgroup": true, "abvariant": true, "experiment": true, "experiments": true,
	"variant": true, "variants": true, "variation": true, "bucket": true, "buckets": true, "cohort": true, "splittest": true,
	"optimizely": true, "optimizelyenduserid": true, "vwo": true, "kameleoon": true, "kameleoonvisitorcode": true, "gaexp": true, "gxexp": true,
	"growthbook": true, "launchdarkly": true, "statsig": true, "abtasty": true, "dyid": true, "mbox": true,
}

// isTestName reports whether a header or cookie is an experiment's.
func isTestName(name string) bool {
	for part := range strings.FieldsFuncSeq(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' || r == ':' }) {
		if testWords[part] {
			return true
		}
	}
	return false
}
