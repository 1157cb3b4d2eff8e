// Package pack turns what the stores keep into few bytes and back: documents as
// JSON, compressed when that is worth it, and texts as keyframes and deltas.
//
// It stores nothing, and it refuses to unpack more than 64 MB from one value. Start
// reading at [Packer]; for texts at [Delta].
package pack

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// maxUnpacked bounds what one stored value may become in memory: the largest page
// that is read (8 MB) as JSON, with room.
const maxUnpacked = 64 << 20

// Documents of up to smallTo bytes are compressed with a dictionary: what the stores'
// documents have in common is most of what is in them. From packFrom on it wins.
const (
	packFrom = 40
	smallTo  = 16 << 10
)

// dictionary holds what documents have in common, the most common last. It is part of the
// format: values that were packed with it need it as it is. A better one needs another
// number.
//
//go:embed dictionary.txt
var dictionary []byte

// wordsDict numbers the dictionary of documents within a frame.
const wordsDict = 2

// Packer turns values into bytes and back. It may be used concurrently.
type Packer struct {
	small, large *zstd.Encoder
	dec          *zstd.Decoder
}

// New makes a Packer.
func New() (*Packer, error) {
	opts := []zstd.EOption{zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(1 << 20), zstd.WithLowerEncoderMem(true)}
	large, err := zstd.NewWriter(nil, opts...)
	if err != nil {
		return nil, err
	}
	// The fastest level: with a dictionary the others win little more, and cost more than
	// the default does without.
	small, err := zstd.NewWriter(nil, append(opts, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderDictRaw(wordsDict, dictionary))...)
	if err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(maxUnpacked), zstd.WithDecoderDictRaw(wordsDict, dictionary))
	if err != nil {
		return nil, err
	}
	return &Packer{small: small, large: large, dec: dec}, nil
}

// Bytes compresses b when that is worth it.
func (p *Packer) Bytes(b []byte) []byte {
	switch {
	case b == nil:
		return []byte{} // NULL is not a value
	case len(b) > smallTo:
		return p.large.EncodeAll(b, nil)
	case len(b) < packFrom && !isFrame(b):
		return b
	}
	if out := p.small.EncodeAll(b, nil); len(out) < len(b) || isFrame(b) {
		return out
	}
	return b
}

// Unpack undoes Bytes.
func (p *Packer) Unpack(b []byte) ([]byte, error) {
	if !isFrame(b) {
		return b, nil
	}
	return p.dec.DecodeAll(b, nil)
}

// JSON is a value as it is stored.
func (p *Packer) JSON(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return p.Bytes(b), nil
}

// Read undoes JSON.
func (p *Packer) Read(b []byte, v any) error {
	plain, err := p.Unpack(b)
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	return nil
}

// isFrame reports whether b is a zstd frame (RFC 8878, 3.1.1).
func isFrame(b []byte) bool {
	return len(b) >= 4 && binary.LittleEndian.Uint32(b) == 0xFD2FB528
}

// KeyframeEvery bounds how many deltas must be undone to read a text.
const KeyframeEvery = 16

// deltaDict numbers the dictionary of deltas within a frame.
const deltaDict = 1

// Keyframe compresses a text by itself.
func Keyframe(text []byte) ([]byte, error) { return encode(text, window(len(text))) }

// Delta compresses a text that resembles another: the other is its dictionary.
// Measured on articles of 7 KB: some 150 bytes against 3.2 KB. The fastest level
// takes a third of the default's memory and a tenth more bytes.
func Delta(old, text []byte) ([]byte, error) {
	return encode(text, window(len(old)+len(text)), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderDictRaw(deltaDict, old))
}

func encode(text []byte, size int, more ...zstd.EOption) ([]byte, error) {
	// The text's own hash is stored beside it and covers more than zstd's.
	opts := []zstd.EOption{zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false), zstd.WithWindowSize(size)}
	enc, err := zstd.NewWriter(nil, append(opts, more...)...)
	if err != nil {
		return nil, err
	}
	out := enc.EncodeAll(text, nil)
	return out, enc.Close()
}

// window is the power of two that covers n bytes, within what makes sense.
func window(n int) int {
	w := 64 << 10
	for w < n && w < 8<<20 {
		w *= 2
	}
	return w
}

// Undelta undoes Keyframe (old nil) and Delta.
func Undelta(old, body []byte) ([]byte, error) {
	opts := []zstd.DOption{zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxUnpacked)}
	if old != nil {
		opts = append(opts, zstd.WithDecoderDictRaw(deltaDict, old))
	}
	dec, err := zstd.NewReader(nil, opts...)
	if err != nil {
		return nil, err
	}
	defer dec.Close()
	return dec.DecodeAll(body, nil)
}

// Lines cuts JSON lines to the newest n.
func Lines(b []byte, n int) []byte {
	for have := bytes.Count(b, []byte{'\n'}); have > n; have-- {
		b = b[bytes.IndexByte(b, '\n')+1:]
	}
	return b
}
