;; The three passes over all pixels of a page, with 128-bit SIMD: shrinking by four (to grey with colour kept apart, or grey only)
;; and turning by a small angle with bilinear interpolation and white clean-up. kernel-bytes.ts is made from this text by
;; tests/scan/picture/compile-kernel.ts; plain TypeScript that says the same is in turn-slowly.ts and shrink.ts.
(module
  (memory (export "memory") 2)

  ;; Sixteen RGB pixels (4 × 4) become one RGBX pixel, two at a time. `width` and `height` are those of the small picture, `width` even.
  (func (export "shrinkColour") (param $from i32) (param $stride i32) (param $width i32) (param $height i32) (param $to i32)
    (local $x i32) (local $at i32) (local $next i32)
    (local $a v128) (local $b v128) (local $c v128)
    (if (i32.or (i32.le_s (local.get $width) (i32.const 0)) (i32.le_s (local.get $height) (i32.const 0))) (then (return)))
    (loop $rows
      (local.set $x (local.get $width))
      (local.set $at (local.get $from))
      (loop $columns
        ;; four rows of 24 bytes, added
        (local.set $a (v128.load64_zero (local.get $at)))
        (local.set $a (i16x8.extend_low_i8x16_u (local.get $a)))
        (local.set $b (v128.load8x8_u offset=8 (local.get $at)))
        (local.set $c (v128.load8x8_u offset=16 (local.get $at)))
        (local.set $next (i32.add (local.get $at) (local.get $stride)))
        (local.set $a (i16x8.add (local.get $a) (v128.load8x8_u (local.get $next))))
        (local.set $b (i16x8.add (local.get $b) (v128.load8x8_u offset=8 (local.get $next))))
        (local.set $c (i16x8.add (local.get $c) (v128.load8x8_u offset=16 (local.get $next))))
        (local.set $next (i32.add (local.get $next) (local.get $stride)))
        (local.set $a (i16x8.add (local.get $a) (v128.load8x8_u (local.get $next))))
        (local.set $b (i16x8.add (local.get $b) (v128.load8x8_u offset=8 (local.get $next))))
        (local.set $c (i16x8.add (local.get $c) (v128.load8x8_u offset=16 (local.get $next))))
        (local.set $next (i32.add (local.get $next) (local.get $stride)))
        (local.set $a (i16x8.add (local.get $a) (v128.load8x8_u (local.get $next))))
        (local.set $b (i16x8.add (local.get $b) (v128.load8x8_u offset=8 (local.get $next))))
        (local.set $c (i16x8.add (local.get $c) (v128.load8x8_u offset=16 (local.get $next))))
        ;; the four pixels of each cell side by side: values 0-2 and 12-14, 3-5 and 15-17, 6-8 and 18-20, 9-11 and 21-23
        (v128.store64_lane 0
          (local.get $to)
          (i8x16.narrow_i16x8_u
            (i16x8.shr_u
              (i16x8.add
                (v128.const i16x8 8 8 8 8 8 8 8 8)
                (i16x8.add
                  (i16x8.add
                    (i8x16.shuffle 0 1 2 3 4 5 0 1 24 25 26 27 28 29 24 25 (local.get $a) (local.get $b))
                    (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 16 17 18 19 16 17
                      (i8x16.shuffle 6 7 8 9 10 11 6 7 30 31 30 31 30 31 30 31 (local.get $a) (local.get $b))
                      (local.get $c)))
                  (i16x8.add
                    (i8x16.shuffle 0 1 2 3 4 5 6 7 20 21 22 23 24 25 24 25
                      (i8x16.shuffle 12 13 14 15 16 17 16 17 16 17 16 17 16 17 16 17 (local.get $a) (local.get $b))
                      (local.get $c))
                    (i8x16.shuffle 2 3 4 5 6 7 2 3 26 27 28 29 30 31 26 27 (local.get $b) (local.get $c)))))
              (i32.const 4))
            (v128.const i64x2 0 0)))
        (local.set $to (i32.add (local.get $to) (i32.const 8)))
        (local.set $at (i32.add (local.get $at) (i32.const 24)))
        (br_if $columns (i32.gt_s (local.tee $x (i32.sub (local.get $x) (i32.const 2))) (i32.const 0))))
      (local.set $from (i32.add (local.get $from) (i32.shl (local.get $stride) (i32.const 2))))
      (br_if $rows (local.tee $height (i32.sub (local.get $height) (i32.const 1))))))

  ;; Sixteen grey pixels become one, four at a time; `width` a multiple of four.
  (func (export "shrinkGrey") (param $from i32) (param $stride i32) (param $width i32) (param $height i32) (param $to i32)
    (local $x i32) (local $at i32) (local $next i32) (local $sum v128)
    (if (i32.or (i32.le_s (local.get $width) (i32.const 0)) (i32.le_s (local.get $height) (i32.const 0))) (then (return)))
    (loop $rows
      (local.set $x (local.get $width))
      (local.set $at (local.get $from))
      (loop $columns
        (local.set $sum (i16x8.extadd_pairwise_i8x16_u (v128.load (local.get $at))))
        (local.set $next (i32.add (local.get $at) (local.get $stride)))
        (local.set $sum (i16x8.add (local.get $sum) (i16x8.extadd_pairwise_i8x16_u (v128.load (local.get $next)))))
        (local.set $next (i32.add (local.get $next) (local.get $stride)))
        (local.set $sum (i16x8.add (local.get $sum) (i16x8.extadd_pairwise_i8x16_u (v128.load (local.get $next)))))
        (local.set $next (i32.add (local.get $next) (local.get $stride)))
        (local.set $sum (i16x8.add (local.get $sum) (i16x8.extadd_pairwise_i8x16_u (v128.load (local.get $next)))))
        (local.set $sum
          (i32x4.shr_u
            (i32x4.add (v128.const i32x4 8 8 8 8) (i32x4.extadd_pairwise_i16x8_u (local.get $sum)))
            (i32.const 4)))
        (local.set $sum (i16x8.narrow_i32x4_u (local.get $sum) (local.get $sum)))
        (v128.store32_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $columns (i32.gt_s (local.tee $x (i32.sub (local.get $x) (i32.const 4))) (i32.const 0))))
      (local.set $from (i32.add (local.get $from) (i32.shl (local.get $stride) (i32.const 2))))
      (br_if $rows (local.tee $height (i32.sub (local.get $height) (i32.const 1))))))

  ;; A part of one row of the turned picture, in groups of five RGB pixels. `u`, `v`: place in the source, 16.16; `v` the topmost of
  ;; the group. `reach`: by how much v differs within the group. `table`: for 64 fractions of v the weights of three rows, 16 each.
  (func (export "turnColour")
    (param $to i32) (param $groups i32) (param $u i32) (param $v i32) (param $du i32) (param $dv i32)
    (param $from i32) (param $stride i32) (param $table i32) (param $gains i32) (param $reach i32)
    (local $at i32) (local $weights i32) (local $right v128) (local $left v128) (local $a v128) (local $b v128)
    (local $low v128) (local $high v128) (local $gain v128)
    (if (i32.le_s (local.get $groups) (i32.const 0)) (then (return)))
    (loop $group
      (local.set $at
        (i32.add
          (i32.add (local.get $from) (i32.mul (i32.shr_s (local.get $v) (i32.const 16)) (local.get $stride)))
          (i32.mul (i32.shr_s (local.get $u) (i32.const 16)) (i32.const 3))))
      (local.set $right (i16x8.splat (i32.shr_u (i32.and (local.get $u) (i32.const 0xffff)) (i32.const 9))))
      (local.set $left (i16x8.sub (v128.const i16x8 128 128 128 128 128 128 128 128) (local.get $right)))
      (local.set $weights
        (i32.add (local.get $table)
          (i32.mul (i32.shr_u (i32.and (local.get $v) (i32.const 0xffff)) (i32.const 10)) (i32.const 96))))
      ;; first row
      (local.set $a (v128.load (local.get $at)))
      (local.set $b (v128.load offset=3 (local.get $at)))
      (local.set $low
        (i16x8.mul (v128.load (local.get $weights))
          (i16x8.shr_u
            (i16x8.add (v128.const i16x8 64 64 64 64 64 64 64 64)
              (i16x8.add
                (i16x8.mul (i16x8.extend_low_i8x16_u (local.get $a)) (local.get $left))
                (i16x8.mul (i16x8.extend_low_i8x16_u (local.get $b)) (local.get $right))))
            (i32.const 7))))
      (local.set $high
        (i16x8.mul (v128.load offset=16 (local.get $weights))
          (i16x8.shr_u
            (i16x8.add (v128.const i16x8 64 64 64 64 64 64 64 64)
              (i16x8.add
                (i16x8.mul (i16x8.extend_high_i8x16_u (local.get $a)) (local.get $left))
                (i16x8.mul (i16x8.extend_high_i8x16_u (local.get $b)) (local.get $right))))
            (i32.const 7))))
      ;; second row
      (local.set $at (i32.add (local.get $at) (local.get $stride)))
      (local.set $a (v128.load (local.get $at)))
      (local.set $b (v128.load offset=3 (local.get $at)))
      (local.set $low
        (i16x8.add (local.get $low)
          (i16x8.mul (v128.load offset=32 (local.get $weights))
            (i16x8.shr_u
              (i16x8.add (v128.const i16x8 64 64 64 64 64 64 64 64)
                (i16x8.add
                  (i16x8.mul (i16x8.extend_low_i8x16_u (local.get $a)) (local.get $left))
                  (i16x8.mul (i16x8.extend_low_i8x16_u (local.get $b)) (local.get $right))))
              (i32.const 7)))))
      (local.set $high
        (i16x8.add (local.get $high)
          (i16x8.mul (v128.load offset=48 (local.get $weights))
            (i16x8.shr_u
              (i16x8.add (v128.const i16x8 64 64 64 64 64 64 64 64)
                (i16x8.add
                  (i16x8.mul (i16x8.extend_high_i8x16_u (local.get $a)) (local.get $left))
                  (i16x8.mul (i16x8.extend_high_i8x16_u (local.get $b)) (local.get $right))))
              (i32.const 7)))))
      ;; third row, when the group reaches into it
      (if (i32.ge_u (i32.add (i32.and (local.get $v) (i32.const 0xffff)) (local.get $reach)) (i32.const 0x10000))
        (then
          (local.set $at (i32.add (local.get $at) (local.get $stride)))
          (local.set $a (v128.load (local.get $at)))
          (local.set $b (v128.load offset=3 (local.get $at)))
          (local.set $low
            (i16x8.add (local.get $low)
              (i16x8.mul (v128.load offset=64 (local.get $weights))
                (i16x8.shr_u
                  (i16x8.add (v128.const i16x8 64 64 64 64 64 64 64 64)
                    (i16x8.add
                      (i16x8.mul (i16x8.extend_low_i8x16_u (local.get $a)) (local.get $left))
                      (i16x8.mul (i16x8.extend_low_i8x16_u (local.get $b)) (local.get $right))))
                  (i32.const 7)))))
          (local.set $high
            (i16x8.add (local.get $high)
              (i16x8.mul (v128.load offset=80 (local.get $weights))
                (i16x8.shr_u
                  (i16x8.add (v128.const i16x8 64 64 64 64 64 64 64 64)
                    (i16x8.add
                      (i16x8.mul (i16x8.extend_high_i8x16_u (local.get $a)) (local.get $left))
                      (i16x8.mul (i16x8.extend_high_i8x16_u (local.get $b)) (local.get $right))))
                  (i32.const 7)))))))
      (local.set $gain (i16x8.splat (i32.load8_u (local.get $gains))))
      (v128.store (local.get $to)
        (i8x16.narrow_i16x8_u
          (i16x8.shr_u
            (i16x8.mul (local.get $gain)
              (i16x8.shr_u (i16x8.add (v128.const i16x8 64 64 64 64 64 64 64 64) (local.get $low)) (i32.const 7)))
            (i32.const 7))
          (i16x8.shr_u
            (i16x8.mul (local.get $gain)
              (i16x8.shr_u (i16x8.add (v128.const i16x8 64 64 64 64 64 64 64 64) (local.get $high)) (i32.const 7)))
            (i32.const 7))))
      (local.set $to (i32.add (local.get $to) (i32.const 15)))
      (local.set $gains (i32.add (local.get $gains) (i32.const 1)))
      (local.set $u (i32.add (local.get $u) (local.get $du)))
      (local.set $v (i32.add (local.get $v) (local.get $dv)))
      (br_if $group (local.tee $groups (i32.sub (local.get $groups) (i32.const 1))))))

  ;; The same for grey pixels, in groups of eight; `table` has three rows of 8 weights.
  (func (export "turnGrey")
    (param $to i32) (param $groups i32) (param $u i32) (param $v i32) (param $du i32) (param $dv i32)
    (param $from i32) (param $stride i32) (param $table i32) (param $gains i32) (param $reach i32)
    (local $at i32) (local $weights i32) (local $right v128) (local $left v128) (local $sum v128)
    (if (i32.le_s (local.get $groups) (i32.const 0)) (then (return)))
    (loop $group
      (local.set $at
        (i32.add
          (i32.add (local.get $from) (i32.mul (i32.shr_s (local.get $v) (i32.const 16)) (local.get $stride)))
          (i32.shr_s (local.get $u) (i32.const 16))))
      (local.set $right (i16x8.splat (i32.shr_u (i32.and (local.get $u) (i32.const 0xffff)) (i32.const 9))))
      (local.set $left (i16x8.sub (v128.const i16x8 128 128 128 128 128 128 128 128) (local.get $right)))
      (local.set $weights
        (i32.add (local.get $table)
          (i32.mul (i32.shr_u (i32.and (local.get $v) (i32.const 0xffff)) (i32.const 10)) (i32.const 48))))
      (local.set $sum
        (i16x8.mul (v128.load (local.get $weights))
          (i16x8.shr_u
            (i16x8.add (v128.const i16x8 64 64 64 64 64 64 64 64)
              (i16x8.add
                (i16x8.mul (v128.load8x8_u (local.get $at)) (local.get $left))
                (i16x8.mul (v128.load8x8_u offset=1 (local.get $at)) (local.get $right))))
            (i32.const 7))))
      (local.set $at (i32.add (local.get $at) (local.get $stride)))
      (local.set $sum
        (i16x8.add (local.get $sum)
          (i16x8.mul (v128.load offset=16 (local.get $weights))
            (i16x8.shr_u
              (i16x8.add (v128.const i16x8 64 64 64 64 64 64 64 64)
                (i16x8.add
                  (i16x8.mul (v128.load8x8_u (local.get $at)) (local.get $left))
                  (i16x8.mul (v128.load8x8_u offset=1 (local.get $at)) (local.get $right))))
              (i32.const 7)))))
      (if (i32.ge_u (i32.add (i32.and (local.get $v) (i32.const 0xffff)) (local.get $reach)) (i32.const 0x10000))
        (then
          (local.set $at (i32.add (local.get $at) (local.get $stride)))
          (local.set $sum
            (i16x8.add (local.get $sum)
              (i16x8.mul (v128.load offset=32 (local.get $weights))
                (i16x8.shr_u
                  (i16x8.add (v128.const i16x8 64 64 64 64 64 64 64 64)
                    (i16x8.add
                      (i16x8.mul (v128.load8x8_u (local.get $at)) (local.get $left))
                      (i16x8.mul (v128.load8x8_u offset=1 (local.get $at)) (local.get $right))))
                  (i32.const 7)))))))
      (local.set $sum
        (i16x8.shr_u
          (i16x8.mul (i16x8.splat (i32.load8_u (local.get $gains)))
            (i16x8.shr_u (i16x8.add (v128.const i16x8 64 64 64 64 64 64 64 64) (local.get $sum)) (i32.const 7)))
          (i32.const 7)))
      (v128.store64_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
      (local.set $to (i32.add (local.get $to) (i32.const 8)))
      (local.set $gains (i32.add (local.get $gains) (i32.const 1)))
      (local.set $u (i32.add (local.get $u) (local.get $du)))
      (local.set $v (i32.add (local.get $v) (local.get $dv)))
      (br_if $group (local.tee $groups (i32.sub (local.get $groups) (i32.const 1)))))))
