package pack_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"erratum/internal/store/pack"
)

func packer(t testing.TB) *pack.Packer {
	t.Helper()
	p, err := pack.New()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestDictionary: what was packed can be read only with the dictionary as it was. Who
// wants another makes it a second one, beside this.
func TestDictionary(t *testing.T) {
	b, err := os.ReadFile("dictionary.txt")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	if got := hex.EncodeToString(sum[:]); got != "018e571ccbfa4d222cc4846c8843b0d0e36bafb36053cd9b99b6f8241fade57f" {
		t.Errorf("the dictionary is another: %s", got)
	}
}

// TestFormer reads what was packed before there was a dictionary.
func TestFormer(t *testing.T) {
	const text = `{"n":0,"label":"baseline","seen":"2026-11-29T14:31:37.837205987Z","confirmed":"2026-11-29T14:31:37.837205987Z","fetches":1,"status":200,"digest":"237flfk5xvwx72fudfdtzdcs7e","page_digest":"","validators":{"last_modified":"Sun, 29 Nov 2026 13:51:37 GMT"},"article":null}`
	frame, err := hex.DecodeString("28b52ffd44000d00ed0500b28d2b2240692b00c0416e73433d14ec229f4c6e3d71fde37df28d8c8efcc63ac2e633cfc6040f299dc96fb9c4dab8a7c711" +
		"0302a8315e09b3850cab163d0c015216a5e91444181fc34854eae41d7cda30d5bd28ddf3f4442f5cc2d3bbd1e52dd4079f03b735149e468200256c6ccfafb417f13d29b57cea5457e9d3" +
		"e2d33e586ac3d78c26c2c92c4f3768072551dbd801a0315e8c03164259642dc4b06acf9fddf4e93da36cea14e7cb5638f9a4f8f38e0300488c70c2a9c23021a9a2b507c56b")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range [][]byte{frame, []byte(text)} {
		if got, err := packer(t).Unpack(b); err != nil || string(got) != text {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// TestBytes: whatever is packed is read back, also what looks like a frame, and is no
// larger than before by more than a frame needs.
func TestBytes(t *testing.T) {
	p := packer(t)
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "bytes")
		if rapid.Bool().Draw(t, "framed") {
			b = append([]byte{0x28, 0xB5, 0x2F, 0xFD}, b...)
		}
		b = bytes.Repeat(b, rapid.SampledFrom([]int{1, 1, 2, 60, 300}).Draw(t, "times"))
		packed := p.Bytes(b)
		if got, err := p.Unpack(packed); err != nil || !bytes.Equal(got, b) || packed == nil {
			t.Fatalf("%q became %q, %v", b, got, err)
		}
		if len(packed) > len(b)+32 {
			t.Fatalf("%d bytes became %d", len(b), len(packed))
		}
	})
}

// TestDocuments: the stores' documents become half of what they are, or less.
func TestDocuments(t *testing.T) {
	p := packer(t)
	var wg sync.WaitGroup
	for i, doc := range []string{
		`{"n":0,"label":"changed","seen":"2031-07-02T14:30:10.73Z","fetches":2,"status":200,"digest":"az2uidxvzccquy2w3k4smyk6vi","page_digest":"","article":null}`,
		`{"destination":{"guild":"112233445566778899","channel":"998877665544332211"},"alerts":"facts","schedule":"adaptive","creator":"123456789012345678","created":"2031-07-02T14:30:10.472Z","first":1,"told":10,"judged":10}`,
		`{"outcome":"changed","severity":"critical","significance":0.859,"announced":"no","labelled_as_update":false,"changes":[{"kind":"number","severity":"critical","significance":0.859,"where":"headline","before":"Nine people dead","after":"Seven people dead","before_value":"Nine","after_value":"Seven","head":"people","before_span":[0,0,4],"after_span":[0,0,5],"places":3,"certainty":0,"in_place":true,"note":null,"rule":"number-replaced"}],"notes":[],"edits":{"added":0,"removed":0,"changed":3,"moved":0,"split":0,"merged":0,"silent":0}}`,
		strings.Repeat(`{"at":"2031-07-02T14:30:10.1Z","outcome":"not_modified","reason":"the server says that nothing was modified","status":304,"took":540346}`+"\n", 3),
	} {
		wg.Go(func() {
			for range 50 {
				packed := p.Bytes([]byte(doc))
				if got, err := p.Unpack(packed); err != nil || string(got) != doc {
					t.Errorf("document %d became %q, %v", i, got, err)
				}
				if 2*len(packed) > len(doc) {
					t.Errorf("document %d: %d bytes became %d", i, len(doc), len(packed))
				}
			}
		})
	}
	wg.Wait()
}

// TestDeltas: a text is read back from a keyframe and the deltas behind it.
func TestDeltas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.StringN(0, 200, -1), 1, 6).Draw(t, "texts")
		var old, read []byte
		for i, s := range texts {
			text := []byte(strings.Repeat(s, 1+i%3))
			var body []byte
			var err error
			if i == 0 {
				body, err = pack.Keyframe(text)
			} else {
				body, err = pack.Delta(old, text)
			}
			if err == nil {
				read, err = pack.Undelta(read, body)
			}
			if err != nil || !bytes.Equal(read, text) {
				t.Fatalf("text %d is %q, %v", i, read, err)
			}
			old = text
		}
	})
}

func BenchmarkBytes(b *testing.B) {
	p := packer(b)
	doc := []byte(fmt.Sprintf(`{"n":0,"label":"changed","seen":"2031-07-02T14:30:10.73Z","fetches":2,"status":200,"digest":"%s","page_digest":"","article":null}`, "az2uidxvzccquy2w3k4smyk6vi"))
	b.ReportAllocs()
	for b.Loop() {
		p.Bytes(doc)
	}
}
