import NeuralKernels
import Testing

@Suite struct PlanTests {
  /// A mask may leave fewer rows than there is room for, which are divided among threads in another way.
  @Test(arguments: [1, 2, 7, 64, 512]) func scratchSufficesForFewerRows(_ rows: Int) throws {
    let pool = try #require(nk_pool_create(4))
    defer { nk_pool_destroy(pool) }
    var (number, length) = (Float(0), Int32(0))
    withUnsafeMutablePointer(to: &number) { number in
      withUnsafeMutablePointer(to: &length) { length in
        var mask = nk_mask(
          surface: 0,
          length: 512,
          places: 4096,
          lengths: length,
          numbers: number,
          causal_rows: 0,
          tail_length: 0
        )
        withUnsafePointer(to: &mask) { mask in
          var attention = nk_cache_attention(
            call: call(number, rows: 512, positions: 0),
            key_surface: 0,
            value_surface: 0,
            mask: mask
          )
          var step = nk_step(kind: NK_STEP_ATTENTION, operands: nk_operands(attention: attention))
          attention.call = call(number, rows: rows, positions: 4096)
          #expect(nk_step_scratch(&step, pool) >= nk_attention_scratch(&attention.call, pool))
        }
      }
    }
  }

  private func call(_ number: UnsafeMutablePointer<Float>, rows: Int, positions: Int) -> nk_attention {
    nk_attention(
      queries: number,
      query_stride: 64,
      keys: number,
      values: number,
      key_stride: 64,
      key_head_stride: 64,
      value_stride: 64,
      value_head_stride: 64,
      cache_encoding: NK_F16,
      output: number,
      output_stride: 64,
      heads: 1,
      kv_heads: 1,
      head_size: 64,
      tokens: rows,
      positions: positions,
      scale: 1,
      causal: true,
      offset: 0,
      mask: nil,
      mask_stride: 0
    )
  }

  @Test func stepsFollowEachOther() {
    var numbers: [Float] = [1, -2, 3, -4]
    var results = [Float](repeating: 0, count: 4)
    var halves = [UInt16](repeating: 0, count: 4)
    let kernelTime = numbers.withUnsafeMutableBufferPointer { numbers in
      results.withUnsafeMutableBufferPointer { results in
        halves.withUnsafeMutableBufferPointer { halves -> Int64 in
          guard let first = numbers.baseAddress, let result = results.baseAddress else { return 0 }
          let steps = [
            nk_step(
              kind: NK_STEP_MAP,
              operands: nk_operands(map: nk_map(operation: NK_ABSOLUTE, input: first, output: result, count: 4))
            ),
            nk_step(
              kind: NK_STEP_ZIP,
              operands: nk_operands(
                zip: nk_zip(
                  operation: NK_MULTIPLY,
                  is_scalar: false,
                  first: result,
                  second: first,
                  output: result,
                  count: 4
                )
              )
            ),
            nk_step(
              kind: NK_STEP_STORE,
              operands: nk_operands(
                transfer: nk_transfer(surface: 0, is_half: true, channels: 4, length: 1, rows: result)
              )
            ),
          ]
          var time: Int64 = 0
          nk_plan_run(steps, steps.count, [UInt(bitPattern: halves.baseAddress)], first, nil, &time)
          return time
        }
      }
    }
    #expect(results == [1, -4, 9, -16])
    #expect(halves == [0x3c00, 0xc400, 0x4880, 0xcc00])
    #expect(kernelTime > 0)
  }
}
