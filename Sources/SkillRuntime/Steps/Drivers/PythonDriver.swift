package import SkillIR

/// The program that runs the Python code of a step.
///
/// It is the same for every step: the code, the values and the names come in a file (``PythonValue``). Starting Python is
/// most of what a step takes, so the driver is as short as it can be, for Python compiles it each time: it imports nothing
/// but what is part of the interpreter, and what only some steps need is in further texts that are compiled where they
/// are needed. What Python has loaded by itself is taken out of its garbage collector, which else goes through all of it
/// several times at the end.
///
/// The code is executed as a string, because `compile`, which could give it its file's name, first builds all of Python's
/// classes of syntax trees: that alone takes a twelfth of Python's start. Messages call it `<string>`, and the runtime puts
/// the name in (``StepMessages``). What the driver imports it never takes from the step's folder, where a file may have the
/// name of one of Python's own modules.
package enum PythonDriver {
  /// What the control file holds.
  ///
  /// - Parameters:
  ///   - path: What the code finds as the program's name.
  ///   - file: What it finds as its own file.
  ///   - line: The line of the document where the code begins, so that messages name the document's lines.
  ///   - code: The code.
  ///   - name: The variable to read back, if any.
  ///   - inputs: The values of variables, by name.
  /// - Returns: The bytes of the file that the driver reads.
  package static func control(
    path: String,
    file: String,
    line: Int,
    code: String,
    name: String?,
    inputs: JSONValue
  ) -> [UInt8] {
    let code = String(repeating: "\n", count: max(line - 1, 0)) + code
    return PythonValue.bytes(
      of: [.string(path), .string(file), name.map { .string($0) } ?? .null, .string(code), inputs]
    )
  }

  /// Called with the paths of the control file and of the result, and with ``resultText`` and ``slowText``.
  package static let text = #"""
    import gc, marshal, sys
    if hasattr(gc, "freeze"): gc.freeze()
    _control, _result, *_more = sys.argv[1:]
    with open(_control, "rb") as _f: _path, _file, _name, _code, _inputs = marshal.loads(_f.read())
    _module = type(sys)("__main__")
    _names = _module.__dict__
    _names["__file__"] = _file
    _names.update(_inputs)
    sys.argv = [_path]
    sys.modules["__main__"] = _module
    try: exec(_code, _names)
    except SystemExit as e:
        if e.code: raise
    except BaseException as e:
        exec(_more[1])
        _fail(e)
    if _name:
        _value = _names.get(_name)
        if type(_value) is str: _out = marshal.dumps([_value], 2)
        else:
            exec(_more[0])
            _out = _encoded()
        with open(_result, "wb") as _f: _f.write(_out)
    """#

  /// What gives values other than text: lists of the value, of nothing where there is none, or a text that says why not.
  ///
  /// The types of a list's elements are looked at by Python's own loops, which are many times quicker than the code's.
  package static let resultText = #"""
    _atoms = {str, int, bool, float, type(None)}
    _containers = {dict, list, tuple}

    def _check(value):
        kind = type(value)
        if kind is dict:
            if {*map(type, value)} - {str}: raise TypeError
            value = value.values()
        elif kind is not list and kind is not tuple: value = [value]
        kinds = {*map(type, value)}
        if float in kinds:
            for item in value:
                if type(item) is float and item - item != 0: raise ValueError
        kinds -= _atoms
        if kinds:
            if kinds - _containers: raise TypeError
            for item in value:
                if type(item) in _containers: _check(item)

    def _encoded():
        if _name not in _names: return marshal.dumps([], 2)
        try:
            _check(_value)
            return marshal.dumps([_value], 2)
        except BaseException:
            exec(_more[1], globals())
            return _encode(_value)
    """#

  /// What is rarely needed: tracebacks in the document's terms, and values that are not plain JSON.
  package static let slowText = #"""
    _here = sys.path
    sys.path = [folder for folder in _here if folder]
    import json, linecache, math, os, threading, traceback
    sys.path = _here

    def _fail(error):
        linecache.cache["<string>"] = (len(_code), None, _code.splitlines(True), "<string>")
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_globals is not _names: trace = trace.tb_next
        error.__traceback__ = trace
        sys.stdout.flush()
        traceback.print_exception(type(error), error, trace)
        sys.stderr.flush()
        if threading.active_count() > 1: os._exit(1)
        sys.exit(1)

    class _Unfit(Exception): pass

    def _plain(value, path, open_):
        if value is None or isinstance(value, (bool, str)) and type(value) in (bool, str): return value
        kind = type(value)
        if kind is int: return value
        if kind is float:
            if math.isfinite(value): return value
            raise _Unfit("%s is %r, which JSON cannot express" % (path, value))
        if id(value) in open_: raise _Unfit("%s holds itself" % path)
        open_ = open_ | {id(value)}
        again = lambda new: _plain(new, path, open_)
        if isinstance(value, dict):
            result = {}
            for key, item in value.items():
                if hasattr(key, "value") and hasattr(key, "name"): key = key.value
                if type(key) is not str: key = json.dumps(key) if key is None or isinstance(key, bool) else str(key)
                result[key] = _plain(item, "%s[%r]" % (path, key), open_)
            return result
        if isinstance(value, (set, frozenset)):
            try: value = sorted(value)
            except TypeError: value = sorted(value, key=repr)
        if isinstance(value, (list, tuple)):
            if hasattr(value, "_asdict"): return again(value._asdict())
            return [_plain(item, "%s[%d]" % (path, index), open_) for index, item in enumerate(value)]
        if hasattr(kind, "__dataclass_fields__"):
            return again({name: getattr(value, name) for name in kind.__dataclass_fields__})
        if hasattr(kind, "__members__") and hasattr(value, "value"): return again(value.value)
        if hasattr(kind, "model_dump"): return again(value.model_dump())
        if hasattr(kind, "__fspath__"): return again(value.__fspath__())
        if hasattr(kind, "isoformat"): return value.isoformat()
        if hasattr(kind, "to_dict") and hasattr(kind, "columns"): return again(value.to_dict("records"))
        if hasattr(kind, "tolist"): return again(value.tolist())
        if hasattr(kind, "item") and hasattr(kind, "dtype"): return again(value.item())
        if isinstance(value, str): return str(value)
        if isinstance(value, int): return int(value)
        if isinstance(value, float): return again(float(value))
        if kind.__name__ == "Decimal":
            return again(int(value) if value == value.to_integral_value() else float(value))
        if kind.__name__ == "Fraction": return again(float(value))
        if kind.__name__ == "UUID": return str(value)
        if isinstance(value, (bytes, bytearray)):
            try: return value.decode("utf-8")
            except UnicodeDecodeError: raise _Unfit("%s is bytes that are not UTF-8 text" % path)
        if hasattr(kind, "keys") and hasattr(kind, "__getitem__"): return again({k: value[k] for k in value.keys()})
        if hasattr(kind, "__iter__"): return again(list(value))
        raise _Unfit("%s is a %s, which JSON cannot express" % (path, kind.__name__))

    def _encode(value):
        try: return marshal.dumps([_plain(value, _name, frozenset())], 2)
        except _Unfit as e: return marshal.dumps(str(e), 2)
        except (RecursionError, ValueError): return marshal.dumps("%s is nested too deeply" % _name, 2)
    """#
}
