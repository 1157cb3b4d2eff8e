package newstest

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// maxPage bounds a saved page, unpacked.
const maxPage = 64 << 20

// Folder serves saved pages, one address each, and can show them with an edit
// planted. Its methods may be called by any number of goroutines at once.
type Folder struct {
	paths map[string]string // by id

	mu      sync.Mutex
	edit    func(id string, page []byte) []byte
	fetches map[string]int
}

// OpenFolder lists the files *.html and *.html.gz of a folder. Pages are read when
// they are asked for.
func OpenFolder(dir string) (*Folder, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("newstest: open a folder of pages: %w", err)
	}
	f := &Folder{paths: map[string]string{}, fetches: map[string]int{}}
	for _, file := range files {
		if id, ok := strings.CutSuffix(strings.TrimSuffix(file.Name(), ".gz"), ".html"); ok && !file.IsDir() {
			f.paths[id] = filepath.Join(dir, file.Name())
		}
	}
	return f, nil
}

// IDs names the pages, sorted: the file names without endings.
func (f *Folder) IDs() []string {
	var ids []string
	for id := range f.paths {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Address is where a page is served by a server at base.
func (f *Folder) Address(base, id string) string {
	return strings.TrimSuffix(base, "/") + "/p/" + id
}

// Edit shows every page, from now on, as edit gives it; it gets the page unpacked and
// must not change it in place. Nil shows the pages as they were saved.
func (f *Folder) Edit(edit func(id string, page []byte) []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.edit = edit
}

// Fetches tells how often a page was asked for.
func (f *Folder) Fetches(id string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fetches[id]
}

// Page reads a page as it was saved, unpacked.
func (f *Folder) Page(id string) ([]byte, error) {
	path, ok := f.paths[id]
	if !ok {
		return nil, fmt.Errorf("newstest: page %q: %w", id, os.ErrNotExist)
	}
	page, err := os.ReadFile(path) // the path comes from a listing, not from a request
	if err != nil {
		return nil, fmt.Errorf("newstest: read a page: %w", err)
	}
	if !strings.HasSuffix(path, ".gz") {
		return page, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(page))
	if err != nil {
		return nil, fmt.Errorf("newstest: unpack page %s: %w", id, err)
	}
	page, err = io.ReadAll(io.LimitReader(z, maxPage))
	if err != nil {
		return nil, fmt.Errorf("newstest: unpack page %s: %w", id, err)
	}
	return page, nil
}

// Handler serves the pages at /p/ID.
func (f *Folder) Handler() http.Handler { return http.HandlerFunc(f.serve) }

func (f *Folder) serve(w http.ResponseWriter, r *http.Request) {
	id, ok := strings.CutPrefix(r.URL.Path, "/p/")
	if _, known := f.paths[id]; !ok || !known {
		http.NotFound(w, r)
		return
	}
	f.mu.Lock()
	f.fetches[id]++
	edit := f.edit
	f.mu.Unlock()
	page, err := f.Page(id)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if edit != nil {
		page = edit(id, page)
	}
	sum := sha256.Sum256(page)
	// No charset is named: saved pages say it themselves, if at all.
	answer{status: http.StatusOK, kind: "text/html", body: page, etag: `"` + hex.EncodeToString(sum[:8]) + `"`}.send(w, r, 0)
}
