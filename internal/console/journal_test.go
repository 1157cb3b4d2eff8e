package console_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"erratum/internal/console"
)

func openJournal(t *testing.T, path string) *console.Journal {
	t.Helper()
	j, err := console.OpenJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() }) // some tests close it themselves
	return j
}

func add(t *testing.T, j *console.Journal, id string) bool {
	t.Helper()
	fresh, err := j.Append(console.Record{ID: id, Headline: "Bridge\nclosed", Text: "…"})
	if err != nil {
		t.Fatal(err)
	}
	return fresh
}

// lines are the records of a file; any that can't be read fails the test.
func lines(t *testing.T, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for l := range strings.Lines(string(b)) {
		var rec console.Record
		if err := json.Unmarshal([]byte(l), &rec); err != nil || !strings.HasSuffix(l, "\n") {
			t.Fatalf("line %q: %v", l, err)
		}
		ids = append(ids, rec.ID)
	}
	return ids
}

func TestJournalRemembers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "alerts.jsonl")
	j := openJournal(t, path)
	if j.Has("a") || !add(t, j, "a") || !add(t, j, "b") || add(t, j, "a") || !j.Has("a") {
		t.Error("an ID is fresh once")
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = openJournal(t, path)
	if !j.Has("a") || !j.Has("b") || add(t, j, "b") || !add(t, j, "c") {
		t.Error("opened again it remembers what it had")
	}
	if got := strings.Join(lines(t, path), " "); got != "a b c" {
		t.Errorf("the file holds %s", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v %v", info.Mode(), err)
	}
}

// TestJournalTornTail: wherever a crash cut the last line, it counts as not written,
// and what follows is whole.
func TestJournalTornTail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole")
	j := openJournal(t, whole)
	add(t, j, "a")
	add(t, j, "b")
	b, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	first := strings.IndexByte(string(b), '\n') + 1
	for cut := first; cut < len(b); cut++ {
		path := filepath.Join(dir, fmt.Sprint("cut", cut))
		if err := os.WriteFile(path, b[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := console.OpenJournal(path)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if !j.Has("a") || j.Has("b") || !add(t, j, "b") {
			t.Errorf("cut at %d: it remembers a line that was never whole", cut)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(lines(t, path), " "); got != "a b" {
			t.Errorf("cut at %d: the file holds %s", cut, got)
		}
	}
}

// TestJournalRefusesDamage: a damaged line within is no tail; guessing what it was
// could show an alert twice.
func TestJournalRefusesDamage(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "alerts.jsonl")
	damaged := "{\"id\":\"a\"}\n{\"id\":\n{\"id\":\"c\"}\n"
	if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := console.OpenJournal(path)
	if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "at byte 11") {
		t.Errorf("error: %v", err)
	}
	if b, _ := os.ReadFile(path); string(b) != damaged {
		t.Errorf("it was changed: %q", b)
	}
	if _, err := console.OpenJournal(filepath.Join(t.TempDir(), "no", "such", "folder")); err == nil {
		t.Error("a journal in no folder was opened")
	}
}

// TestJournalTogether: of many who write the same alerts at once, one writes each.
func TestJournalTogether(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "alerts.jsonl")
	j := openJournal(t, path)
	const writers, alerts = 8, 20
	fresh := make([]int, writers)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for a := range alerts {
				ok, err := j.Append(console.Record{ID: fmt.Sprint("alert", (a+w)%alerts)})
				if err != nil {
					t.Error(err)
				}
				if ok {
					fresh[w]++
				}
			}
		})
	}
	all.Wait()
	sum := 0
	for _, n := range fresh {
		sum += n
	}
	if ids := lines(t, path); sum != alerts || len(ids) != alerts {
		t.Errorf("%d fresh, %d lines; want %d", sum, len(ids), alerts)
	}
}
