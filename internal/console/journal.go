package console

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"erratum/internal/alert"
)

// Record is a line of the journal: one alert that was shown.
type Record struct {
	ID        string     `json:"id"` // delivery ID
	At        time.Time  `json:"at"`
	Watch     string     `json:"watch"`
	Channel   string     `json:"channel"`
	Kind      alert.Kind `json:"kind"`
	URL       string     `json:"url"`
	Headline  string     `json:"headline"`
	From      int        `json:"from,omitempty"`
	To        int        `json:"to,omitempty"`
	Severity  string     `json:"severity,omitempty"`
	Announced string     `json:"announced,omitempty"`
	Text      string     `json:"text"` // as it was shown, without colours
}

// Journal is the terminal's channel: an append-only file of the alerts shown, one
// JSON object a line. What stands in it was shown; a delivery whose ID stands in it
// is never shown again, so that a crash between showing and acknowledging doubles
// nothing. It is safe for concurrent use within one process.
type Journal struct {
	mu   sync.Mutex
	file *os.File
	seen map[string]bool
}

// OpenJournal opens or creates the journal at path. A last line cut short by a
// crash was never shown whole: it is dropped.
func OpenJournal(path string) (*Journal, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the journal of alerts: %w", err)
	}
	j := &Journal{file: f, seen: map[string]bool{}}
	if err := j.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("read the journal %s: %w", path, err), f.Close())
	}
	return j, nil
}

func (j *Journal) load() error {
	r := bufio.NewReader(j.file)
	var good int64
	for {
		line, err := r.ReadBytes('\n')
		if err == io.EOF {
			break // a torn tail, or nothing
		}
		if err != nil {
			return err
		}
		var rec Record
		if err := json.Unmarshal(bytes.TrimSpace(line), &rec); err != nil {
			return fmt.Errorf("at byte %d: %w", good, err)
		}
		j.seen[rec.ID] = true
		good += int64(len(line))
	}
	if err := j.file.Truncate(good); err != nil {
		return err
	}
	_, err := j.file.Seek(good, io.SeekStart)
	return err
}

// Has reports whether a delivery was shown.
func (j *Journal) Has(id string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.seen[id]
}

// Append records an alert as shown, durably, unless it stands there already;
// fresh says which.
func (j *Journal) Append(rec Record) (fresh bool, err error) {
	line, err := json.Marshal(rec)
	if err != nil {
		return false, fmt.Errorf("write the journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.seen[rec.ID] {
		return false, nil
	}
	// One write a line: a crash leaves the line whole or torn at the end, where
	// load drops it.
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return false, fmt.Errorf("write the journal: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		return false, fmt.Errorf("write the journal: %w", err)
	}
	j.seen[rec.ID] = true
	return true, nil
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }
