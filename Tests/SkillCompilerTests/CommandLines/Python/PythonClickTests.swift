import SkillFormat
import Testing

@testable import SkillCompiler

@Suite struct PythonClickTests {
  @Test func aGroupWithCommandsIsRead() throws {
    let interface = try pythonInterface(
      """
      import click
      FORMATS = ["md", "json"]

      def common(f):
          f = click.option("--debug/--no-debug", default=False, help="More output")(f)
          f = click.option("--config", "-c", type=click.Path(exists=True, dir_okay=False))(f)
          return f

      @click.group(invoke_without_command=True)
      @click.version_option("1.0")
      @click.option("--token", envvar="TOKEN", required=True)
      @click.pass_context
      def cli(ctx, token):
          \"\"\"Manage
          things.\"\"\"

      @cli.command("add", short_help="x")
      @click.argument("title")
      @click.argument("tags", nargs=-1)
      @click.option("-p", "--priority", type=click.IntRange(1, 5), default=3, help="How urgent")
      @click.option("--format", "fmt", type=click.Choice(FORMATS, case_sensitive=False), default="md")
      @click.option("--ratio", default=0.5)
      @click.option("--name", prompt=True)
      @common
      def add_item(title, **kw):
          \"\"\"Add an item.\"\"\"

      @cli.command()
      @click.argument("source", type=click.File("r"))
      @click.argument("target", type=click.Path(), required=False)
      @click.option("--shout/--quiet", " /-q", default=None)
      @click.option("-v", "--verbose", count=True)
      @click.option("--tag", multiple=True)
      @click.option("--pos", nargs=2, type=float)
      @click.option("--upper", "transform", flag_value="upper")
      @click.option("--force", is_flag=True)
      def copy_file(**kw): ...

      @cli.group()
      def remote(): "Remotes"

      @remote.command(name="sync", help="Send and fetch")
      @click.option("--n", "--count", "-n", type=int)
      def do_sync(n): pass

      @click.command()
      @click.confirmation_option(prompt="sure?")
      def drop(): pass
      cli.add_command(drop, "drop-all")

      if __name__ == "__main__":
          cli(obj={})
      """
    )
    #expect(
      describe(interface) == """
        [] Manage
        things.
          token: --token store one String required
        [add] Add an item.
          title: store one String required
          tags: store zeroOrMore String
          priority: -p,--priority store one Int = 3 -- How urgent
          fmt: --format store one String = "md" of ["md","json"]
          ratio: --ratio store one Double = 0.5
          name: --name store one String required
          config: --config,-c store one File
          debug: --debug/--no-debug booleanPair one Bool = false -- More output
        [copy-file]
          source: store one File required
          target: store optional String
          shout: --shout/--quiet,-q booleanPair one Bool = null
          verbose: -v,--verbose count one Int
          tag: --tag append one String
          pos: --pos store exactly(2) Double
          transform: --upper storeTrue one Bool
          force: --force storeTrue one Bool
        [remote] needs a command Remotes
        [remote sync] Send and fetch
          n: --n,--count,-n store one Int
        [drop-all]
          yes: --yes storeTrue one Bool
        """
    )
  }

  @Test func aSingleCommandIsRead() throws {
    let interface = try pythonInterface(
      """
      from click import command, option, argument
      @command
      @argument("file")
      @option("--out-dir", "-o", default="out", show_default=True)
      @option("--no-cache", "cache", is_flag=True, default=True)
      def main(file, out_dir, cache):
          "Do it."
      if __name__ == "__main__":
          main()
      """
    )
    #expect(
      describe(interface) == """
        [] Do it.
          file: store one String required
          out_dir: --out-dir,-o store one String = "out"
          cache: --no-cache storeTrue one Bool = true
        """
    )
  }

  @Test func aSharedDecoratorWithAWrapperIsFollowed() throws {
    let interface = try pythonInterface(
      """
      import click, functools
      def with_output(f):
          @click.option("--out")
          @functools.wraps(f)
          def wrapper(*args, **kwargs):
              return f(*args, **kwargs)
          return wrapper
      def plain(f):
          def wrapper(*args): return f(*args)
          return wrapper
      @click.command()
      @with_output
      @plain
      @click.argument("name")
      def main(name, out): "Go."
      main()
      """
    )
    #expect(describe(interface) == "[] Go.\n  out: --out store one String\n  name: store one String required")
  }

  @Test func aNameThatVersionsOfClickSpellDifferentlyIsLeftOut() throws {
    let (interface, diagnostics) = readPython(
      """
      import click
      @click.group()
      def cli(): pass
      @cli.command()
      def list_cmd(): pass
      @cli.command("show")
      def show_cmd(): pass
      cli()
      """
    )
    #expect(interface?.commands.map(\.path) == [[], ["show"]])
    #expect(diagnostics.map(\.code) == ["computed-command"])
    #expect(diagnostics.first?.location?.line == 4)
  }

  @Test func twoCommandsOfWhichEitherMayRunGiveNothing() {
    let (interface, diagnostics) = readPython(
      "import click\n@click.command()\ndef a(): pass\n@click.command()\ndef b(): pass\n"
    )
    #expect(interface == nil)
    #expect(diagnostics.map(\.code) == ["several-parsers"])
  }
}
