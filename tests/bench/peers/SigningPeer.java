// The peer that a user would write: PDFBox 2 with BouncyCastle and SunPKCS11 puts two visible PAdES B-B signatures, the
// officer's and the agency's, on every PDF of a folder. Tuned: one login, providers, generators and faces kept, a font cut
// down once, files in memory. It keeps no journal, reads nothing back and syncs nothing.
// Options: in= out= count= warm= threads= module= officer=SLOT:FINGERPRINT agency=SLOT:FINGERPRINT chain=PEM font=TTF
// way=template|direct
// PINs come in the environment (PEER_OFFICER_PIN, PEER_AGENCY_PIN). Answers one line of JSON.
import com.sun.management.OperatingSystemMXBean;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

public final class SigningPeer {
  private SigningPeer() {}

  public static void main(String[] given) throws Exception {
    System.setProperty("org.apache.commons.logging.Log", "org.apache.commons.logging.impl.NoOpLog");
    Map<String, String> options = new HashMap<>();
    for (String one : given) options.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
    int threads = Integer.parseInt(options.get("threads"));
    int warm = Integer.parseInt(options.get("warm"));
    int count = Integer.parseInt(options.get("count"));
    List<X509Certificate> chain = new ArrayList<>();
    try (FileInputStream file = new FileInputStream(options.get("chain"))) {
      CertificateFactory.getInstance("X.509").generateCertificates(file).forEach(one -> chain.add((X509Certificate) one));
    }
    Token officer = Token.open("officer", options, System.getenv("PEER_OFFICER_PIN"), chain);
    Token agency = Token.open("agency", options, System.getenv("PEER_AGENCY_PIN"), chain);
    byte[] font = Files.readAllBytes(Path.of(options.get("font")));
    List<Path> inputs;
    try (Stream<Path> all = Files.list(Path.of(options.get("in")))) {
      inputs = all.filter(one -> one.toString().endsWith(".pdf")).sorted().limit(count).collect(Collectors.toList());
    }
    if (inputs.size() < count) throw new IllegalArgumentException("only " + inputs.size() + " inputs");
    Path out = Path.of(options.get("out"));
    Files.createDirectories(out);

    Maker maker = () -> new Stamper(options.get("way"), officer, agency, font, chain);
    // What the machine needs to get warm is signed and thrown away.
    run(maker, threads, warm, () -> {}, (number, stamper) ->
        stamper.signTwice(Files.readAllBytes(inputs.get(number % inputs.size())), number));
    OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpuBefore = system.getProcessCpuTime();
    AtomicLong added = new AtomicLong();
    long[] began = {System.nanoTime()};
    run(maker, threads, count, () -> began[0] = System.nanoTime(), (number, stamper) -> {
      byte[] paper = Files.readAllBytes(inputs.get(number));
      byte[] signed = stamper.signTwice(paper, number);
      added.addAndGet(signed.length - paper.length);
      Files.write(out.resolve(inputs.get(number).getFileName()), signed);
    });
    double seconds = (System.nanoTime() - began[0]) / 1e9;
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("documents", count);
    answer.put("seconds", seconds);
    answer.put("loopCpuSeconds", (system.getProcessCpuTime() - cpuBefore) / 1e9);
    answer.put("cpuSeconds", system.getProcessCpuTime() / 1e9);
    answer.put("addedBytes", added.get());
    answer.put("peakKb", peak());
    System.out.println(Json.write(answer));
    System.exit(0);
  }

  private interface Maker {
    Stamper make() throws Exception;
  }

  private interface Job {
    void sign(int number, Stamper stamper) throws Exception;
  }

  /** Every thread has a stamper of its own, made before the clock starts. */
  private static void run(Maker maker, int threads, int count, Runnable begin, Job job) throws Exception {
    List<Stamper> stampers = new ArrayList<>();
    for (int at = 0; at < threads; at++) stampers.add(maker.make());
    begin.run();
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failed = new AtomicReference<>();
    List<Thread> workers = new ArrayList<>();
    for (Stamper stamper : stampers) {
      Thread worker = new Thread(() -> {
        try {
          for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement())
            job.sign(number, stamper);
        } catch (Throwable trouble) {
          failed.set(trouble);
        }
      });
      worker.start();
      workers.add(worker);
    }
    for (Thread worker : workers) worker.join();
    if (failed.get() != null) {
      failed.get().printStackTrace();
      System.exit(1);
    }
  }

  /** Most resident memory so far, kB (proc(5), VmHWM). */
  private static long peak() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status")))
      if (line.startsWith("VmHWM:")) return Long.parseLong(line.replaceAll("\\D", ""));
    return -1;
  }
}
