/// Programs in the forms the neural engine's compilers write.
enum MILExamples {
  static let add = """
    program(1.3)
    [buildInfo = dict<string, string>({{"coremltools-version", "9.0"}})]
    {
        func main<ios18>(tensor<fp16, [1,768,1,32]> a, tensor<fp16, [1,768,1,32]> b) {
            tensor<fp16, [1,768,1,32]> c = add(x=a, y=b)[name=string("c")];
        } -> (c);
    }

    """

  static let convolution = wrapped(
    "tensor<fp16, [1,64,1,384]> x",
    """
            string pt = const()[name=string("pt"), val=string("valid")];
            tensor<int32, [2]> one2 = const()[name=string("one2"), val=tensor<int32, [2]>([1,1])];
            tensor<int32, [4]> zero4 = const()[name=string("zero4"), val=tensor<int32, [4]>([0,0,0,0])];
            int32 g = const()[name=string("g"), val=int32(1)];
            tensor<fp16, [128,64,1,1]> w = const()[name=string("w"), val=tensor<fp16, [128,64,1,1]>(BLOBFILE(path=string("@model_path/w.bin"), offset=uint64(64)))];
            tensor<fp16, [1,128,1,1]> b = const()[name=string("b"), val=tensor<fp16, [1,128,1,1]>(BLOBFILE(path=string("@model_path/b.bin"), offset=uint64(64)))];
            tensor<fp16, [1,128,1,384]> m = conv(dilations=one2, groups=g, pad=zero4, pad_type=pt, strides=one2, weight=w, x=x)[name=string("m")];
            tensor<fp16, [1,128,1,384]> pre = add(x=m, y=b)[name=string("pre")];
            tensor<fp16, [1,128,1,384]> act = relu(x=pre)[name=string("act")];
    """,
    results: "pre, act"
  )

  static let slice = wrapped(
    "tensor<fp16, [1,1536,1,256]> inp",
    """
            tensor<int32, [4]> b1 = const()[name=string("b1"), val=tensor<int32, [4]>([0,768,0,0])];
            tensor<int32, [4]> e1 = const()[name=string("e1"), val=tensor<int32, [4]>([1,1536,1,256])];
            tensor<fp16, [1,768,1,256]> k = slice_by_index(begin=b1, end=e1, x=inp)[name=string("k")];
    """,
    results: "k"
  )

  static let compressed = wrapped(
    "tensor<fp16, [1,64,1,64]> x",
    """
            tensor<uint4, [64,64,1,1]> q4 = const()[name=string("q4"), val=tensor<uint4, [64,64,1,1]>(BLOBFILE(path=string("@model_path/q.bin"), offset=uint64(64)))];
            tensor<fp16, [64,2,1,1]> s = const()[name=string("s"), val=tensor<fp16, [64,2,1,1]>(BLOBFILE(path=string("@model_path/q.bin"), offset=uint64(2240)))];
            tensor<fp16, [64,64,1,1]> wq = constexpr_blockwise_shift_scale(data=q4, scale=s)[name=string("wq")];
            tensor<fp16, [64,64,1,1]> wa = constexpr_affine_dequantize()[axis=int32(0), name=string("wa"), quantized_data=tensor<int8, [64,64,1,1]>(BLOBFILE(path=string("@model_path/a.bin"), offset=uint64(64))), scale=fp16(0.125), zero_point=int8(0)];
            tensor<fp16, [1,64,1,64]> y = conv(weight=wq, x=x)[name=string("y")];
            tensor<fp16, [1,64,1,64]> z = conv(weight=wa, x=y)[name=string("z")];
    """,
    results: "z"
  )

  static let all = [add, convolution, slice, compressed]

  /// A whole program around the statements of `main`.
  static func wrapped(_ parameters: String, _ statements: String, results: String) -> String {
    """
    program(1.3)
    [buildInfo = dict<string, string>({{"coremltools-version", "9.0"}})]
    {
        func main<ios18>(\(parameters)) {
    \(statements)
        } -> (\(results));
    }

    """
  }
}
