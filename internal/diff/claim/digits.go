package claim

import (
	"math"
	"strconv"
	"strings"
)

// parseDigits reads a number token by the separators of a language. version is true
// for a dotted chain that is no number ("6.6.3").
func parseDigits(s string, f numberFormat) (value float64, version, ok bool) {
	if v, ok := fractionSigns[s]; ok {
		return v, false, true
	}
	dots, commas := strings.Count(s, "."), strings.Count(s, ",")
	plain := s
	switch {
	case dots > 0 && commas > 0:
		// The last kind of sign is the decimal one.
		if strings.LastIndexByte(s, '.') > strings.LastIndexByte(s, ',') {
			plain = strings.ReplaceAll(s, ",", "")
		} else {
			plain = strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
		}
	case dots+commas == 0:
	case dots > 1:
		if !inThrees(s, '.') {
			return 0, true, true
		}
		plain = strings.ReplaceAll(s, ".", "")
	case commas > 1:
		if !inThrees(s, ',') {
			return 0, true, true
		}
		plain = strings.ReplaceAll(s, ",", "")
	default:
		plain = oneSeparator(s, f)
	}
	v, err := strconv.ParseFloat(plain, 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, false, false
	}
	return v, false, true
}

// fractionSigns are the fractions with a character of their own.
var fractionSigns = map[string]float64{
	"½": .5, "⅓": 1. / 3, "⅔": 2. / 3, "¼": .25, "¾": .75, "⅕": .2, "⅛": .125,
}

// oneSeparator reads a number with a single dot or comma: thousands when the
// language groups by that sign and three digits follow, else decimals.
func oneSeparator(s string, f numberFormat) string {
	sep := byte('.')
	if strings.Contains(s, ",") {
		sep = ','
	}
	head, tail, _ := strings.Cut(s, string(sep))
	grouped := len(tail) == 3 && len(head) <= 3 && head != "0"
	if grouped && (strings.IndexByte(f.group, sep) >= 0 || f.decimal != sep) {
		return head + tail
	}
	return head + "." + tail
}

// inThrees reports whether every part after the first has three digits.
func inThrees(s string, sep byte) bool {
	parts := strings.Split(s, string(sep))
	if len(parts[0]) > 3 {
		return false
	}
	for _, p := range parts[1:] {
		if len(p) != 3 {
			return false
		}
	}
	return true
}

// figure writes a value so that equal values are equal text: 12 significant digits
// hide the rounding of 3.3 × 1e6.
func figure(v float64) string { return strconv.FormatFloat(v, 'g', 12, 64) }
