import Foundation
import Names
import SweepRecords
import Testing

@testable import Coordination
@testable import SweepHost

/// What is said to Prometheus, and to those who are not.
@Suite struct MetricsTests {
  private var status: SweepStatus {
    var counts = OutcomeCounts()
    (counts.planned, counts.scored, counts.rejected) = (10, 4, 1)
    let worker = SweepStatus.Worker(
      name: "worker-1@\"odd\\\n:7", isLocal: false, processor: "p", blasKernel: "k", state: "working",
      stage: "reading", interferogram: 3, unit: 5, residentBytes: 1 << 20, silentSeconds: 0.5, done: 4, rate: 2)
    return SweepStatus(
      state: .draining, host: "here", pid: 7, epoch: 2, started: 1_500, said: 2_000,
      interferograms: SweepStatus.Interferograms(counts), rate: 2.5, secondsLeft: nil,
      units: SweepStatus.Units(waiting: 3, leased: 1), workers: [worker], peakResidentBytes: 99)
  }

  @Test func everyLineIsOfThePrometheusFormat() throws {
    let text = MetricsText(status, connections: [.unlistedKey: 3], candidates: 2, lastScored: 1_500).text
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.last == "")
    let sample = try Regex(
      #"volcsweep_[a-z_]+(\{[a-z]+="([^"\\\n]|\\\\|\\"|\\n)*"(,[a-z]+="([^"\\\n]|\\\\|\\"|\\n)*")*\})? [-0-9.e+]+"#)
    var declared: Set<Substring> = []
    for line in lines.dropLast() {
      if line.hasPrefix("# TYPE ") {
        // A name is declared once, before its samples.
        #expect(declared.insert(line.split(separator: " ")[2]).inserted)
      } else if !line.hasPrefix("# HELP ") {
        #expect(try sample.wholeMatch(in: line) != nil, "\(line)")
        #expect(declared.contains(line.prefix { $0 != "{" && $0 != " " }))
      }
    }
    for line in [
      #"volcsweep_interferograms{outcome="open"} 5.0"#, #"volcsweep_state{state="draining"} 1.0"#,
      #"volcsweep_state{state="running"} 0.0"#,
      #"volcsweep_connection_events_total{event="key_not_authorised"} 3.0"#,
      #"volcsweep_worker_resident_memory_bytes{worker="worker-1@\"odd\\\\n:7"} 1048576.0"#,
      #"volcsweep_worker_state{worker="worker-1@\"odd\\\\n:7",state="working"} 1.0"#,
      #"volcsweep_build_info{version="\#(Version.text)"} 1.0"#, "volcsweep_last_success_timestamp_seconds 1.5",
      "volcsweep_candidates 2.0",
    ] {
      #expect(lines.contains(line[...]), "\(line)")
    }
    #expect(!text.contains("remaining_seconds"))
  }

  @Test func namesAndLabelsFollowTheConventions() throws {
    let text = MetricsText(status).text
    for line in text.split(separator: "\n") where line.hasPrefix("# TYPE ") {
      let words = line.split(separator: " ")
      #expect((words[3] == "counter") == words[2].hasSuffix("_total"), "\(line)")
      #expect(text.contains("# HELP \(words[2]) "))
    }
    // Workers' names and versions come from outside; all other values are words.
    let label = try Regex(#"(event|state|outcome)="([^"]*)""#, as: (Substring, Substring, Substring).self)
    let values = text.matches(of: label).map(\.2)
    #expect(values.count > 20 && values.allSatisfy { $0.allSatisfy { "a"..."z" ~= $0 || $0 == "_" } }, "\(values)")
  }

  private func ask(_ server: MetricsServer, _ request: String) throws -> String {
    try ask(server.port, request)
  }

  private func ask(_ port: UInt16, _ request: String) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(status == 0)
    _ = request.utf8CString.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count - 1, Int32(MSG_NOSIGNAL)) }
    var answer = [UInt8]()
    var chunk = [UInt8](repeating: 0, count: 4096)
    while case let count = recv(descriptor, &chunk, chunk.count, 0), count > 0 { answer += chunk[..<count] }
    return String(decoding: answer, as: UTF8.self)
  }

  @Test func aSweepThatIsAskedToShowsHowItStandsAndLogsObjects() throws {
    let bench = try SweepBench(stacks: 2, pairs: 60)
    let sweep = try bench.start([
      "sweep", try bench.job("shown", "unit-size: 4\n").path, "--workers", "1", "--metrics", "0", "--log-format",
      "json",
      "--verbose",
    ])
    let place = try Regex(#"metrics at http://127\.0\.0\.1:([0-9]+)/metrics"#, as: (Substring, Substring).self)
    let scored = try Regex(#"interferograms\{outcome="scored"\} ([0-9]+)"#, as: (Substring, Substring).self)
    var (seen, page) = (0, "")
    for _ in 0..<1200 where sweep.isRunning && seen == 0 {
      usleep(25_000)
      guard let port = try bench.text("err").firstMatch(of: place).flatMap({ UInt16($0.1) }) else { continue }
      page = (try? ask(port, "GET /metrics HTTP/1.1\r\n\r\n")) ?? ""
      seen = page.firstMatch(of: scored).flatMap { Int($0.1) } ?? 0
    }
    #expect(seen > 0)
    #expect(page.contains("volcsweep_candidates ") && page.contains("volcsweep_build_info{version="), "\(page)")
    #expect(page.contains("volcsweep_last_success_timestamp_seconds "), "\(page)")
    sweep.waitUntilExit()
    let objects = try bench.text("err").split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    let joined = try #require(objects.first { $0["message"] as? String == "worker joined" })
    #expect(joined["level"] as? String == "info" && joined["command"] as? String == "sweep")
    #expect((joined["details"] as? [String: String])?["worker"]?.contains(":") == true)
  }

  @Test func thePageIsServedAsItIsNowAndNothingElseIs() throws {
    let server = try MetricsServer(port: 0)
    defer { server.finish() }
    server.show("a 1\n")
    let first = try ask(server, "GET /metrics HTTP/1.1\r\nHost: localhost:\(server.port)\r\n\r\n")
    #expect(first.hasPrefix("HTTP/1.1 200 OK\r\n") && first.hasSuffix("\r\n\r\na 1\n"))
    #expect(first.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: 4\r\n"))
    server.show(String(repeating: "b 2\n", count: 500_000))
    #expect(try ask(server, "GET /metrics HTTP/1.0\r\n\r\n").utf8.count > 2_000_000)
    #expect(try ask(server, "GET /etc/passwd HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 404"))
    #expect(try ask(server, "POST /metrics HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 405"))
    // Too long, or never whole: closed without an answer, and the next one is served.
    #expect(try ask(server, "GET /" + String(repeating: "x", count: 9000)) == "")
    #expect(try ask(server, "GET /metr") == "")
    #expect(try ask(server, "GET /metrics HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 200"))
  }

  @Test(arguments: [
    ("localhost", true), ("LOCALHOST:9100", true), ("127.0.0.1:80", true), ("127.3.2.1", true), ("[::1]:80", true),
    ("evil.example", false), ("evil.example:9100", false), ("localhost.evil.example", false), ("", false),
    ("127.0.0.1.evil.example", false), ("10.0.0.1", false), ("localhost:evil", false), ("[::2]", false),
    ("localhost\r\nHost: evil.example", false), ("evil.example\r\nhost : localhost", false),
  ])
  func aPageOfAWebSiteCannotReadTheMetrics(host: String, isAnswered: Bool) throws {
    let server = try MetricsServer(port: 0)
    defer { server.finish() }
    server.show("secret 1\n")
    let answer = try ask(server, "GET /metrics HTTP/1.1\r\nHost: \(host)\r\nAccept: */*\r\n\r\n")
    #expect(answer.hasPrefix(isAnswered ? "HTTP/1.1 200" : "HTTP/1.1 403"), "\(answer)")
    #expect(answer.contains("secret") == isAnswered)
  }

  @Test func aPortThatIsTakenIsNamed() throws {
    let server = try MetricsServer(port: 0)
    defer { server.finish() }
    let error = #expect(throws: MetricsServer.Failure.self) { try MetricsServer(port: server.port) }
    #expect(error?.description.contains("port \(server.port) of 127.0.0.1") == true)
  }
}
