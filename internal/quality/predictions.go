package quality

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
)

// Predictions writes what the program answered, an object a line and a file a set, so
// that other scorers of the same data can be run on it. A nil one writes nothing.
type Predictions struct{ dir string }

// NewPredictions writes to a folder, which is made when it is not there.
func NewPredictions(dir string) (*Predictions, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return &Predictions{dir}, nil
}

// writeLines writes the answers of a set.
func writeLines[T any](p *Predictions, set string, answers []T) error {
	if p == nil {
		return nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, a := range answers {
		if err := e.Encode(a); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(p.dir, set+".jsonl"), b.Bytes(), 0o644)
}
