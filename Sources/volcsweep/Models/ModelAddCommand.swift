import ArgumentParser
import Foundation

extension ModelCommand {
  /// `volcsweep model add FILE…`
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Adds model files to the registry and prints their SHA-256.")

    @Argument(
      help: ArgumentHelp("ONNX or safetensors file, or default for the built-in model.", valueName: "model"))
    var models: [String]

    @OptionGroup var root: Root

    func run() throws {
      do {
        for word in models {
          let file =
            word == "default"
            ? URL(fileURLWithPath: try Installation.defaultModel()) : URL(fileURLWithPath: word)
          let entry = try root.choice.registry.add(file)
          print("\(entry.sha256)  \(entry.name) \(entry.version)")
        }
      } catch {
        throw ExitStatus.after(error, in: "model add")
      }
    }
  }
}
