package archive

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"

	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/zstd"
)

// The file is a line that names it, then frames: length of what follows, its xxhash (8
// bytes each, little-endian), and JSON, zstd. The first frame is the head, the last the
// foot, which holds the SHA-256 of the JSON of all records. What was cut off in the
// middle of a frame is written anew.

const magic = "erratum archive 1\n"

// head is what a file begins with.
type head struct {
	Stamp string `json:"stamp"` // of the store that it is made of
}

// foot ends a file.
type foot struct {
	Foot   bool   `json:"foot"`
	Totals Totals `json:"totals"`
}

func isFoot(doc []byte) bool { return bytes.HasPrefix(doc, []byte(`{"foot":true`)) }

// maxFrame bounds what is believed of a length: the pages of an article, with room.
const maxFrame = 1 << 30

// writer appends to a file.
type writer struct {
	f      *os.File
	enc    *zstd.Encoder
	sum    hash.Hash
	last   Name
	totals Totals
	ended  bool
}

// create begins a file, or goes on with one of the same store.
func create(path, stamp string) (*writer, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
	if err != nil {
		return nil, err
	}
	w := &writer{enc: enc, sum: sha256.New()}
	w.f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the archive can't be written: %w", err)
	}
	if err := w.resume(path, stamp); err != nil {
		return nil, errors.Join(err, w.f.Close())
	}
	return w, nil
}

// resume reads what is there, and cuts off what is not whole.
func (w *writer) resume(path, stamp string) error {
	size, err := w.f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if size < int64(len(magic)) {
		return w.begin(stamp)
	}
	var whole int64
	var was head
	frames := 0
	err = read(w.f, func(doc []byte, end int64) error {
		frames++
		if frames == 1 {
			whole = end
			return json.Unmarshal(doc, &was)
		}
		if isFoot(doc) {
			var ft foot
			err := json.Unmarshal(doc, &ft)
			w.totals, w.ended, whole = ft.Totals, true, end
			return err
		}
		var r Record
		if err := json.Unmarshal(doc, &r); err != nil {
			return err
		}
		_, _ = w.sum.Write(doc) // never fails (hash.Hash)
		w.last, whole = r.Name, end
		w.totals.add(r)
		return nil
	})
	switch {
	case err != nil && !errors.Is(err, errCut):
		return fmt.Errorf("%s: %w", path, err)
	case frames == 0:
		return w.begin(stamp)
	case was.Stamp != stamp:
		return fmt.Errorf("%s was begun with another store, or a bot worked on it since: delete the file to begin anew", path)
	}
	if err := w.f.Truncate(whole); err != nil {
		return err
	}
	_, err = w.f.Seek(whole, io.SeekStart)
	return err
}

func (w *writer) begin(stamp string) error {
	if err := w.f.Truncate(0); err != nil {
		return err
	}
	if _, err := w.f.WriteAt([]byte(magic), 0); err != nil {
		return err
	}
	if _, err := w.f.Seek(int64(len(magic)), io.SeekStart); err != nil {
		return err
	}
	doc, err := json.Marshal(head{Stamp: stamp})
	if err != nil {
		return err
	}
	return w.frame(doc)
}

func (w *writer) frame(doc []byte) error {
	body := w.enc.EncodeAll(doc, nil)
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(body)))
	out = binary.LittleEndian.AppendUint64(out, xxhash.Sum64(body))
	_, err := w.f.Write(append(out, body...))
	return err
}

func (w *writer) record(r Record) error {
	doc, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, _ = w.sum.Write(doc) // never fails (hash.Hash)
	return w.frame(doc)
}

// end writes the foot and returns the digest of all records.
func (w *writer) end(t Totals) (string, error) {
	t.Digest = hex.EncodeToString(w.sum.Sum(nil))
	doc, err := json.Marshal(foot{Foot: true, Totals: t})
	if err != nil {
		return "", err
	}
	if err := w.frame(doc); err != nil {
		return "", err
	}
	return t.Digest, w.f.Sync()
}

func (w *writer) close() error { return errors.Join(w.enc.Close(), w.f.Close()) }

// errCut says that a file ends amid a frame.
var errCut = errors.New("the archive is cut off or damaged")

// read calls see with each frame that is whole, and where it ends.
func read(f io.ReadSeeker, see func(doc []byte, end int64) error) error {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxFrame))
	if err != nil {
		return err
	}
	defer dec.Close()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(f, 1<<20)
	first := make([]byte, len(magic))
	if _, err := io.ReadFull(in, first); err != nil || string(first) != magic {
		return errors.New("it is no archive of Erratum")
	}
	at := int64(len(magic))
	for {
		var lead [16]byte
		switch _, err := io.ReadFull(in, lead[:]); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return errCut
		}
		size := binary.LittleEndian.Uint64(lead[:])
		if size > maxFrame {
			return errCut
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(in, body); err != nil || xxhash.Sum64(body) != binary.LittleEndian.Uint64(lead[8:]) {
			return errCut
		}
		doc, err := dec.DecodeAll(body, nil)
		if err != nil {
			return errCut
		}
		at += int64(16 + size)
		if err := see(doc, at); err != nil {
			return err
		}
	}
}

// each calls see with every record of a finished file, and its JSON.
func each(path string, see func(r Record, doc []byte) error) error {
	_, err := scan(path, see)
	return err
}

// Verify reads a file and says what it holds, once all of it is found whole.
func Verify(path string) (Totals, error) {
	sum := sha256.New()
	t, err := scan(path, func(_ Record, doc []byte) error {
		_, _ = sum.Write(doc) // never fails (hash.Hash)
		return nil
	})
	if err != nil {
		return t, err
	}
	if is := hex.EncodeToString(sum.Sum(nil)); is != t.Digest {
		return t, fmt.Errorf("%s: %w: its records are not those that were written", path, errCut)
	}
	return t, nil
}

func scan(path string, see func(r Record, doc []byte) error) (t Totals, err error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		return t, fmt.Errorf("there is no file %s", path)
	} else if err != nil {
		return t, err
	}
	defer func() { _ = f.Close() }() // it was read only
	ended, frames := false, 0
	err = read(f, func(doc []byte, _ int64) error {
		if frames++; frames == 1 {
			return nil // the head
		}
		if isFoot(doc) {
			var ft foot
			err := json.Unmarshal(doc, &ft)
			t, ended = ft.Totals, true
			return err
		}
		var r Record
		if err := json.Unmarshal(doc, &r); err != nil {
			return err
		}
		return see(r, doc)
	})
	switch {
	case err != nil:
		return t, fmt.Errorf("%s: %w", path, err)
	case !ended:
		return t, fmt.Errorf("%s is not finished: run the export again, it goes on where it ended", path)
	default:
		return t, nil
	}
}
