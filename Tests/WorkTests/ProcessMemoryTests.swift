import Foundation
import Testing

@testable import NeuralNetwork
@testable import Work

/// Each in a process of its own that really is short of memory.
@Suite(.serialized) struct ProcessMemoryTests {
  @Test func aProcessThatAsksForMoreThanItsLimitEnds() async throws {
    await #expect(processExitsWith: .signal(SIGABRT)) {
      try ProcessMemory.limit(to: 256 << 20)
      for _ in 0..<64 { memset(UnsafeMutableRawPointer.allocate(byteCount: 16 << 20, alignment: 64), 1, 16 << 20) }
    }
  }

  @Test func theBLASStillMultipliesAtTheLimitInsteadOfAskingForEver() async throws {
    await #expect(processExitsWith: .success) {
      let side = 300
      let floats = UnsafeMutablePointer<Float>.allocate(capacity: side * side)
      let product = UnsafeMutablePointer<Float>.allocate(capacity: side * side)
      for buffer in [floats, product] { buffer.initialize(repeating: 1, count: side * side) }
      try ProcessMemory.limit(to: 1 << 20)
      // Nothing is to be had any more; malloc says so instead of ending the process.
      #expect(malloc(8 << 20) == nil)
      BLAS.multiply(
        rows: side, columns: side, depth: side, a: floats, aStride: side, b: floats, bIsTransposed: false,
        into: product, stride: side)
      exit(product[0] == Float(side) ? 0 : 1)
    }
  }

  @Test func whatALibraryCouldNotGetMemoryForEndsTheProcessAndSaysWhy() async throws {
    let result = try await #require(
      processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
    ) {
      try ProcessMemory.limit(to: 1 << 20)
      ProcessMemory.endIfExhausted()
      exit(0)
    }
    #expect(String(decoding: result.standardErrorContent, as: UTF8.self).contains("memory limit of 1 MB reached"))
  }

  @Test func withMemoryLeftALibrarysErrorIsNotTakenForTheLimit() async throws {
    await #expect(processExitsWith: .success) {
      ProcessMemory.endIfExhausted()
      try ProcessMemory.limit(to: 8 << 30)
      ProcessMemory.endIfExhausted()
      exit(0)
    }
  }

  @Test func aPoisonedInterferogramCrashesItsProcess() async throws {
    await #expect(processExitsWith: .signal(SIGSEGV)) {
      Poison("hang=a.h5:1_2,crash=a.h5:20200101_20200113").strike(stack: "a.h5", pair: "20200101_20200125")
      Poison("hang=a.h5:1_2,crash=a.h5:20200101_20200113").strike(stack: "a.h5", pair: "20200101_20200113")
      exit(0)
    }
    await #expect(processExitsWith: .signal(SIGABRT)) {
      try ProcessMemory.limit(to: 256 << 20)
      Poison("memory=a.h5:20200101_20200113").strike(stack: "a.h5", pair: "20200101_20200113")
      exit(0)
    }
  }
}
