package extract

import (
	_ "embed"
	"strconv"
	"strings"
)

// weightsFile says what each feature weighs: a line each, the weight first. The
// weights are fitted, not chosen: see [Fit].
//
//go:embed weights.txt
var weightsFile string

// weightsOf returns the weight of each feature by a file such as weights.txt; one
// that it does not name weighs nothing.
func weightsOf(all []feature, file string) []float64 {
	by := map[string]float64{}
	for line := range strings.Lines(file) {
		number, name, ok := strings.Cut(strings.TrimSpace(line), " ")
		if w, err := strconv.ParseFloat(number, 64); ok && err == nil {
			by[strings.TrimSpace(name)] = w
		}
	}
	out := make([]float64, len(all))
	for i, f := range all {
		out[i] = by[f.name]
	}
	return out
}
