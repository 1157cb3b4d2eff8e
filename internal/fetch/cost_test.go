package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"erratum/internal/article"
	"erratum/internal/fetch"
)

// What a fetch costs is measured in a process of its own, so that the origin's share
// does not count: the test binary, started again with these variables.
const (
	clientURLs   = "ERRATUM_TEST_CLIENT_URLS"   // addresses, separated by spaces
	clientRounds = "ERRATUM_TEST_CLIENT_ROUNDS" // how often to fetch them all
	clientETag   = "ERRATUM_TEST_CLIENT_ETAG"   // asked with, may be empty
)

// clientMain fetches and prints how many fetches failed and the peak resident memory
// in KB (0 where the system does not tell).
func clientMain(urls []string) {
	rounds, err := strconv.Atoi(os.Getenv(clientRounds))
	if err != nil {
		panic(err)
	}
	f, err := fetch.New(fetch.Options{AllowLoopback: true})
	if err != nil {
		panic(err)
	}
	failed := 0
	for range rounds {
		for _, u := range urls {
			if _, err := f.Fetch(context.Background(), article.Request{URL: u, Known: article.Validators{ETag: os.Getenv(clientETag)}}); err != nil {
				failed++
			}
		}
	}
	peak := "0"
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		_, after, _ := strings.Cut(string(status), "VmHWM:")
		if fields := strings.Fields(after); len(fields) > 0 {
			peak = fields[0]
		}
	}
	fmt.Println(failed, peak)
}

// cost is what a client process used.
type cost struct {
	failed int
	peakKB int
	cpu    time.Duration
}

// runClient fetches in a process of its own.
func runClient(t testing.TB, rounds int, urls ...string) cost {
	return runClientWith(t, "", rounds, urls...)
}

func runClientWith(t testing.TB, etag string, rounds int, urls ...string) cost {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(context.Background(), exe)
	c.Env = append(os.Environ(), clientURLs+"="+strings.Join(urls, " "), clientRounds+"="+strconv.Itoa(rounds), clientETag+"="+etag)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got cost
	if _, err := fmt.Sscan(string(out), &got.failed, &got.peakKB); err != nil {
		t.Fatalf("client said %q: %v", out, err)
	}
	got.cpu = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	return got
}

// BenchmarkFetch reads a page of 100 KB over a kept connection. cpu-µs/op is the
// client's alone; the origin is another process.
func BenchmarkFetch(b *testing.B) {
	body := []byte(page)
	for i := 0; len(body) < 100<<10; i++ {
		body = fmt.Appendf(body, "<p class=%x>Engineers said repair %d would take %d weeks, and ferries run every ten minutes – until then.</p>\n", i*i*7919, i, i*31%97)
	}
	packed := map[string][]byte{"": body, "gzip": gzipped(body), "br": brotlied(body), "zstd": zstded(body)}
	s := serve(b, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if e := r.URL.Path[1:]; e != "" {
			w.Header().Set("Content-Encoding", e)
		}
		_, _ = w.Write(packed[r.URL.Path[1:]])
	})
	f := newFetcher(b, fetch.Options{})
	for _, c := range []struct{ name, path, etag string }{{"not modified", "", `"1"`}, {"plain", "", ""}, {"gzip", "gzip", ""}, {"br", "br", ""}, {"zstd", "zstd", ""}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			url := s.URL + "/" + c.path
			for b.Loop() {
				if _, err := f.Fetch(context.Background(), article.Request{URL: url, Known: article.Validators{ETag: c.etag}}); err != nil {
					b.Fatal(err)
				}
			}
			const rounds = 2000
			idle, busy := runClientWith(b, c.etag, 1, url), runClientWith(b, c.etag, rounds+1, url)
			if busy.failed > 0 {
				b.Fatalf("%d fetches failed", busy.failed)
			}
			b.ReportMetric(float64((busy.cpu-idle.cpu).Microseconds())/rounds, "cpu-µs/op")
		})
	}
}
