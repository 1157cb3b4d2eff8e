// Package pack turns what the stores keep into few bytes and back: documents as
// JSON, compressed when that is worth it, and texts as keyframes and deltas.
//
// It stores nothing, and it refuses to unpack more than 64 MB from one value. Start
// reading at [Packer]; for texts at [Delta].
package pack

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// maxUnpacked bounds what one stored value may become in memory: the largest page
// that is read (8 MB) as JSON, with room.
const maxUnpacked = 64 << 20

// packFrom is the size from which a value is compressed; below, zstd wins nothing.
const packFrom = 200

// Packer turns values into bytes and back. It may be used concurrently.
type Packer struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

// New makes a Packer.
func New() (*Packer, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, err
	}
	return &Packer{enc: enc, dec: dec}, nil
}

// Bytes compresses b when that is worth it.
func (p *Packer) Bytes(b []byte) []byte {
	if len(b) < packFrom && !isFrame(b) {
		if b == nil {
			return []byte{} // NULL is not a value
		}
		return b
	}
	return p.enc.EncodeAll(b, nil)
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
