package extract

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// BenchmarkExtract reads small pages.
func BenchmarkExtract(b *testing.B) {
	pages := goldenPages(b)
	x := New(Options{})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		x.Extract(pages[i%len(pages)], "")
	}
}

// BenchmarkHeavyPages reads each of the pages that hurt.
func BenchmarkHeavyPages(b *testing.B) {
	x := New(Options{})
	pages := heavyPages()
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		page := []byte(pages[name])
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			used := cpuUsed(b)
			for b.Loop() {
				x.Extract(page, "https://courier.example/a")
			}
			b.ReportMetric(1_000*(cpuUsed(b)-used).Seconds()/float64(b.N), "cpu-ms/page")
		})
	}
}

// BenchmarkSavedPages reads all saved pages of the evaluation data; bytes and
// allocations are those of all pages together.
func BenchmarkSavedPages(b *testing.B) {
	pages := savedPages(b)
	x := New(Options{})
	b.ReportAllocs()
	used := cpuUsed(b)
	for b.Loop() {
		for _, p := range pages {
			x.Extract(p.src, p.url)
		}
	}
	n := float64(b.N) * float64(len(pages))
	b.ReportMetric(1_000*(cpuUsed(b)-used).Seconds()/n, "cpu-ms/page")
	b.ReportMetric(0, "ns/op") // of all pages together, beside what others do: says nothing
}

// cpuUsed is what the process has used of all processors: on a machine with other work
// the clock says little.
func cpuUsed(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// savedPage is a page of the evaluation data.
type savedPage struct {
	url string
	src []byte
}

// savedPages reads the pages of DATA, or of the folder where the evaluation data lies
// beside the project; a benchmark is skipped where there is none.
func savedPages(b *testing.B) []savedPage {
	b.Helper()
	data := os.Getenv("DATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	var out []savedPage
	for _, set := range []string{"zyte.jsonl", "fundus_tests.jsonl"} {
		list, err := os.ReadFile(filepath.Join(data, "extract", set))
		if err != nil {
			b.Skipf("no saved pages: %v", err)
		}
		rows := bufio.NewScanner(bytes.NewReader(list))
		rows.Buffer(nil, len(list)+1)
		for rows.Scan() {
			var row struct{ URL, HTML string }
			if err := json.Unmarshal(rows.Bytes(), &row); err != nil {
				b.Fatal(err)
			}
			out = append(out, savedPage{row.URL, unzip(b, filepath.Join(data, "extract", filepath.FromSlash(row.HTML)))})
		}
	}
	return out
}

// unzip reads a gzipped file.
func unzip(b *testing.B, name string) []byte {
	b.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		b.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		b.Fatal(err)
	}
	src, err := io.ReadAll(z)
	if err != nil {
		b.Fatal(err)
	}
	return src
}
