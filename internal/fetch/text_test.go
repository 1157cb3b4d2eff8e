package fetch_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"erratum/internal/article"
	"erratum/internal/fetch"
)

const (
	russian   = "<p>Мост через гавань закрыли в понедельник после того, как осмотр выявил трещины в опорах, сообщили городские власти. Паромы будут ходить каждые десять минут.</p>"
	german    = "<p>Die Brücke über den Hafen wurde am Montag gesperrt, nachdem Prüfer Risse entdeckt hatten, erklärte die Behörde. Die Fähren fahren alle zehn Minuten, heißt es.</p>"
	japanese_ = "<p>港の橋は点検でひび割れが見つかったため、月曜日に閉鎖された。渡し船が十分おきに運航する。</p>"
	chinese   = "<p>检查人员发现裂缝后，港口大桥于星期一关闭。渡轮每十分钟一班。</p>"
	koreanP   = "<p>항구 다리는 점검에서 균열이 발견된 뒤 월요일에 폐쇄되었다.</p>"
)

// in encodes a document.
func in(t testing.TB, e encoding.Encoding, s string) []byte {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

func doc(meta, body string) string {
	return "<!doctype html><html><head>" + meta + "<title>t</title></head><body>" + body + "</body></html>"
}

func TestCharsets(t *testing.T) {
	utf16le := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	utf16be := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	meta := func(label string) string { return `<meta charset="` + label + `">` }
	xml := func(label string) string {
		return `<?xml version="1.0" encoding="` + label + `" standalone='no'?><rss><channel><title>Порт</title></channel></rss>`
	}
	for _, c := range []struct {
		name        string
		raw         []byte
		contentType string
		want        string
	}{
		{"utf-8", []byte(doc("", russian)), "text/html; charset=utf-8", doc("", russian)},
		{"utf-8 without label", []byte(doc("", russian)), "text/html", doc("", russian)},
		{"utf-8 called windows-1251", []byte(doc("", russian)), "text/html; charset=windows-1251", doc("", russian)},
		{"utf-8 with mark called latin-1", []byte("\xEF\xBB\xBF" + doc("", german)), "text/html; charset=iso-8859-1", doc("", german)},
		{"utf-8 with a broken letter", []byte(doc("", russian+"\xff")), "text/html; charset=utf-8", doc("", russian+"\uFFFD")},
		{"utf-8 with a broken letter, no label", []byte(doc("", russian+"\xff")), "text/html", doc("", russian+"\uFFFD")},
		{"ascii", []byte(doc("", "<p>plain</p>")), "text/html; charset=windows-1251", doc("", "<p>plain</p>")},
		{"ascii called utf-16", []byte(doc(meta("utf-16"), "<p>plain</p>")), "text/html; charset=utf-16le", doc(meta("utf-16"), "<p>plain</p>")},
		{"windows-1251 by header", in(t, charmap.Windows1251, doc("", russian)), "text/html; charset=windows-1251", doc("", russian)},
		{"windows-1251 by malformed header", in(t, charmap.Windows1251, doc("", russian)), `text/html; charset="windows-1251"; charset=x;;`, doc("", russian)},
		{"windows-1251 by meta", in(t, charmap.Windows1251, doc(meta("windows-1251"), russian)), "text/html", doc(meta("windows-1251"), russian)},
		{"windows-1251 by meta far down", in(t, charmap.Windows1251, doc(strings.Repeat("<link rel=x>", 300)+meta("cp1251"), russian)), "text/html", doc(strings.Repeat("<link rel=x>", 300)+meta("cp1251"), russian)},
		{"windows-1251 by http-equiv", in(t, charmap.Windows1251, doc(`<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">`, russian)), "", doc(`<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">`, russian)},
		{"windows-1251 by XML declaration", in(t, charmap.Windows1251, xml("windows-1251")), "text/xml", xml("windows-1251")},
		{"koi8-r by XML declaration", in(t, charmap.KOI8R, xml("KOI8-R")), "application/rss+xml", xml("KOI8-R")},
		{"windows-1251 called utf-8", in(t, charmap.Windows1251, doc("", russian)), "text/html; charset=utf-8", doc("", russian)},
		{"windows-1251 called utf-8 by both", in(t, charmap.Windows1251, doc(meta("utf-8"), russian)), "text/html; charset=utf-8", doc(meta("utf-8"), russian)},
		{"windows-1251 without label", in(t, charmap.Windows1251, doc("", russian)), "text/html", doc("", russian)},
		{"windows-1251 called euc-jp", in(t, charmap.Windows1251, doc("", russian)), "text/html; charset=euc-jp", doc("", russian)},
		{"koi8-r without label", in(t, charmap.KOI8R, doc("", russian)), "text/html", doc("", russian)},
		{"windows-1252 without label", in(t, charmap.Windows1252, doc("", german)), "text/html", doc("", german)},
		{"windows-1252 with unknown label", in(t, charmap.Windows1252, doc("", german)), "text/html; charset=klingon", doc("", german)},
		{"latin-1 by header", in(t, charmap.ISO8859_1, doc("", german)), "text/html; charset=ISO-8859-1", doc("", german)},
		{"utf-16le with mark", append([]byte("\xFF\xFE"), in(t, utf16le, doc("", russian))...), "text/html", doc("", russian)},
		{"utf-16be with mark", append([]byte("\xFE\xFF"), in(t, utf16be, doc("", russian))...), "text/html; charset=utf-8", doc("", russian)},
		{"utf-16le without mark", in(t, utf16le, doc("", russian)), "text/html", doc("", russian)},
		{"utf-16be without mark", in(t, utf16be, doc("", german)), "text/html", doc("", german)},
		{"shift_jis by meta", in(t, japanese.ShiftJIS, doc(meta("shift_jis"), japanese_)), "text/html", doc(meta("shift_jis"), japanese_)},
		{"euc-jp without label", in(t, japanese.EUCJP, doc("", japanese_)), "text/html", doc("", japanese_)},
		{"iso-2022-jp by header", in(t, japanese.ISO2022JP, doc("", japanese_)), "text/html; charset=iso-2022-jp", doc("", japanese_)},
		{"gbk called utf-8", in(t, simplifiedchinese.GBK, doc("", chinese)), "text/html; charset=utf-8", doc("", chinese)},
		{"euc-kr called shift_jis", in(t, korean.EUCKR, doc(meta("euc-kr"), koreanP)), "text/html; charset=utf-8", doc(meta("euc-kr"), koreanP)},
		{"gb2312 far down", in(t, simplifiedchinese.GBK, doc("<style>"+strings.Repeat("a{b:c}", 9000)+"</style>", chinese)), "text/html", doc("<style>"+strings.Repeat("a{b:c}", 9000)+"</style>", chinese)},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 3 { // the guess must not depend on the order of goroutines
				got, kind, err := fetch.Text(c.raw, c.contentType)
				if err != nil || (kind == "text/html") != (c.contentType == "" || strings.HasPrefix(c.contentType, "text/html")) || string(got) != c.want {
					t.Fatalf("%s, %v: %.300q", kind, err, got)
				}
			}
		})
	}
}

func TestKinds(t *testing.T) {
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"
	zip := "PK\x03\x04\x14\x00\x00\x00\x08\x00" + strings.Repeat("\x00x", 300)
	noise := make([]byte, 2000)
	for i := range noise {
		noise[i] = byte(i * i >> 3)
	}
	for _, c := range []struct{ name, raw, declared, want string }{
		{"page", page, "text/html; charset=utf-8", "text/html"},
		{"page called octet-stream", page, "application/octet-stream", "text/html"},
		{"page without type", page, "", "text/html"},
		{"page called text", page, "text/plain", "text/html"},
		{"xhtml", "<?xml version=\"1.0\"?>\n<!-- c -->\n<html xmlns=\"http://www.w3.org/1999/xhtml\"><body/></html>", "application/xml", "text/html"},
		{"xhtml by label", "<?xml version=\"1.0\"?><html/>", "application/xhtml+xml", "text/html"},
		{"page behind text", "notice\n<HTML><body>x", "", "text/html"},
		{"page with a stray control", page + "\x01", "text/html", "text/html"},
		{"text", "BMW recalls 300 cars.\nThe cars were built in May.", "text/plain", "text/plain"},
		{"text called page", "Only text.", "text/html", "text/html"},
		{"feed", "<?xml version=\"1.0\"?><rss/>", "application/rss+xml; charset=utf-8", "application/rss+xml"},
		{"feed called xml", "<?xml version=\"1.0\"?><rss/>", "text/xml", "text/xml"},
		{"json", `{"a":1}`, "application/json", "application/json"},
		{"malformed type", page, "text/html; charset", "text/html"},
	} {
		_, kind, err := fetch.Text([]byte(c.raw), c.declared)
		if err != nil || kind != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, kind, err, c.want)
		}
	}
	for _, c := range []struct{ name, raw, words string }{
		{"empty", "", "empty"}, {"blank", " \r\n\t ", "empty"},
		{"picture", png, "a picture"}, {"jpeg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00", "a picture"}, {"gif", "GIF89a\x01\x00\x01\x00", "a picture"}, {"webp", "RIFF\x10\x00\x00\x00WEBPVP8 ", "a picture"},
		{"pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"}, {"zip", zip, "an archive"}, {"gzip", string(gzipped([]byte(page))), "an archive"},
		{"sound", "ID3\x03\x00\x00\x00\x00\x00\x0a", "a sound file"}, {"video", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "a video"}, {"font", "wOF2\x00\x01\x00\x00", "a font"},
		{"wasm", "\x00asm\x01\x00\x00\x00", "a program"}, {"noise", string(noise), "binary data"}, {"zeros", strings.Repeat("\x00", 4096), "binary data"},
	} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(c.raw))
		})
		t.Run(c.name, func(t *testing.T) {
			want(t, fail(t, newFetcher(t, fetch.Options{}), s.URL), article.Unreadable, c.words)
		})
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte(page), "text/html; charset=utf-8")
	f.Add(in(f, charmap.Windows1251, doc("", russian)), "text/html")
	f.Add(in(f, japanese.ISO2022JP, doc("", japanese_)), "text/html; charset=iso-2022-jp")
	f.Add([]byte("\xFF\xFEa\x00b"), "charset=;")
	f.Add([]byte("<meta http-equiv=content-type content=\"charset=gbk\">\x81\x30\x81"), "")
	f.Fuzz(func(t *testing.T, raw []byte, contentType string) {
		before := bytes.Clone(raw)
		text, kind, err := fetch.Text(raw, contentType)
		if !bytes.Equal(before, raw) {
			t.Fatal("the input was changed")
		}
		if err != nil {
			_ = problem(t, err)
			return
		}
		if !utf8.Valid(text) || kind == "" && contentType == "" || len(text) > 4*len(raw) {
			t.Fatalf("kind %q, %d bytes from %d, valid %t", kind, len(text), len(raw), utf8.Valid(text))
		}
		again, kind2, err := fetch.Text(raw, contentType)
		if err != nil || kind != kind2 || !bytes.Equal(text, again) {
			t.Fatalf("two readings differ: %q %q", text, again)
		}
	})
}
