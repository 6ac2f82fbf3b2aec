import SkillFormat
import Testing

@testable import SkillCompiler

@Suite struct PythonTyperTests {
  @Test func anApplicationWithCommandsIsRead() throws {
    let interface = try pythonInterface(
      """
      from pathlib import Path
      from typing import Optional, List, Annotated, Tuple
      from enum import Enum
      import typer
      app = typer.Typer(help="An app")
      users = typer.Typer()
      app.add_typer(users, name="users", help="Users")

      class Color(str, Enum):
          red = "red"
          blue = "blue"

      @app.command()
      def paint(
          name: str,
          count: int = 1,
          color: Color = Color.red,
          out: Optional[Path] = None,
          force: bool = False,
          formal: bool = typer.Option(False, "--formal", "-f", help="Be formal"),
          shout: Annotated[bool, typer.Option("--shout/--whisper")] = True,
          items: Optional[List[str]] = typer.Option(None, "--item", help="Items"),
          config: Annotated[Path, typer.Option(exists=True, dir_okay=False)] = Path("x"),
          dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
          user_name: Annotated[str, typer.Option(..., help="Who")] = "bob",
          level: float = typer.Option(..., help="needed"),
          pair: Tuple[int, int] = (0, 1),
      ):
          \"\"\"Paint it.\"\"\"

      @app.command("go-there")
      def go(ctx: typer.Context, where: Annotated[str, typer.Argument(help="Place")] = "home",
             files: list[Path] = typer.Argument(None), n: int | None = None,
             verbose: int = typer.Option(0, "--verbose", "-v", count=True)):
          pass

      @users.command()
      def list_all(limit: "int" = typer.Option(10)): "All"

      if __name__ == "__main__":
          app()
      """
    )
    #expect(
      describe(interface) == """
        [] needs a command An app
        [paint] Paint it.
          name: store one String required
          count: --count store one Int = 1
          color: --color store one String = "red" of ["red","blue"]
          out: --out store one String = null
          force: --force/--no-force booleanPair one Bool = false
          formal: --formal,-f storeTrue one Bool = false -- Be formal
          shout: --shout/--whisper booleanPair one Bool = true
          items: --item append one String = null -- Items
          config: --config store one File = {"$expr":"Path('x')"}
          dry_run: --dry-run storeTrue one Bool = false
          user_name: --user-name store one String = "bob" -- Who
          level: --level store one Double required -- needed
          pair: --pair store exactly(2) Int = [0,1]
        [go-there]
          where: store optional String = "home" -- Place
          files: store zeroOrMore String = null
          n: --n store one Int = null
          verbose: --verbose,-v count one Int = 0
        [users] needs a command Users
        [users list-all] All
          limit: --limit store one Int = 10
        """
    )
  }

  @Test func aFunctionThatIsRunIsTheCommand() throws {
    let interface = try pythonInterface(
      """
      import typer
      def main(name: str, last_name: str = "", formal: bool = False):
          \"\"\"Say hi.\"\"\"
      if __name__ == "__main__":
          typer.run(main)
      """
    )
    #expect(
      describe(interface) == """
        [] Say hi.
          name: store one String required
          last_name: --last-name store one String = ""
          formal: --formal/--no-formal booleanPair one Bool = false
        """
    )
  }

  @Test func aCallbackKeepsTheWordOfASingleCommand() throws {
    let interface = try pythonInterface(
      """
      import typer
      app = typer.Typer()
      @app.callback()
      def main(debug: bool = False): "All of it."
      @app.command()
      def run_it(n: int): pass
      app()
      """
    )
    #expect(
      describe(interface) == """
        [] needs a command All of it.
          debug: --debug/--no-debug booleanPair one Bool = false
        [run-it]
          n: store one Int required
        """
    )
  }
}
