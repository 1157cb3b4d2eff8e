package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"os"
	"strings"
	"time"

	"erratum/internal/article"
	"erratum/internal/extract"
)

func main() {
	urls := map[string]string{}
	set := flag.String("set", "", "sets, comma separated")
	eng := flag.Bool("blocks", false, "")
	flag.Parse()
	_ = eng
	for _, s := range strings.Split(*set, ",") {
		f, err := os.Open(s)
		if err != nil {
			continue
		}
		sc := bufio.NewScanner(f)
		sc.Buffer(nil, 64<<20)
		for sc.Scan() {
			var r struct{ URL, HTML string }
			json.Unmarshal(sc.Bytes(), &r)
			urls[r.HTML[strings.LastIndex(r.HTML, "/")+1:]] = r.URL
		}
	}
	x := extract.New(extract.Options{})
	w := bufio.NewWriter(os.Stdout)
	defer w.Flush()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, f := range flag.Args() {
		fh, err := os.Open(f)
		if err != nil {
			panic(err)
		}
		var rd io.Reader = fh
		if strings.HasSuffix(f, ".gz") {
			rd, _ = gzip.NewReader(fh)
		}
		src, _ := io.ReadAll(rd)
		fh.Close()
		base := f[strings.LastIndex(f, "/")+1:]
		t := time.Now()
		var r extract.Result
		if strings.HasSuffix(f, ".txt") {
			r = x.PlainText(string(src), "")
		} else {
			r = x.Extract(src, urls[base])
		}
		ms := time.Since(t).Seconds() * 1000
		a := r.Article
		ps := a.Paragraphs()
		if ps == nil {
			ps = []article.Block{}
		}
		enc.Encode(map[string]any{"source": f, "outcome": r.Verdict, "reason": r.Reason, "url": a.URL, "canonical_url": a.CanonicalURL,
			"site": a.Site, "headline": a.Headline, "dek": a.Dek, "bylines": a.Bylines, "published": a.Published, "modified": a.Modified,
			"language": a.Language, "paragraphs": ps, "extractor": a.Extractor, "digest": a.Digest(), "ms": ms, "live": a.LiveBlog})
	}
}
