// Judges every signature of the PDF files named on standard input, one path a line, with Apache PDFBox and BouncyCastle.
// One line of JSON a file, in the same order. Options: trust=FILE (a PEM file of roots, may be given more than once).
// Never: a network, a line of the product's code, an answer that it did not work out itself.
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.form.PDSignatureField;

public final class Validator {
  private static final long STACK = 512L << 20;
  private static final long LONGEST = 60_000;

  private Validator() {}

  public static void main(String[] options) throws Exception {
    // PDFBox tells of every oddity it repairs; only what it decides is wanted here.
    System.setProperty("org.apache.commons.logging.Log", "org.apache.commons.logging.impl.NoOpLog");
    List<X509Certificate> roots = new ArrayList<>();
    for (String option : options) {
      if (!option.startsWith("trust=")) throw new IllegalArgumentException(option);
      try (FileInputStream file = new FileInputStream(option.substring("trust=".length()))) {
        CertificateFactory.getInstance("X.509").generateCertificates(file).forEach(one -> roots.add((X509Certificate) one));
      }
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader names = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Paths paths = new Paths(roots);
    for (String name = names.readLine(); name != null; name = names.readLine()) {
      Path path = Path.of(name);
      Map<String, Object> verdict = new LinkedHashMap<>();
      verdict.put("file", name);
      // A thread of its own, because some documents are nested deeper than the usual stack, and some never end.
      Thread thread = new Thread(null, () -> judge(path, paths, verdict), "judge", STACK);
      thread.setDaemon(true);
      thread.start();
      thread.join(LONGEST);
      boolean late = thread.isAlive();
      out.println(Json.write(late ? Map.of("file", name, "opened", "no: it takes too long") : verdict));
    }
    System.exit(0);
  }

  private static void judge(Path path, Paths paths, Map<String, Object> verdict) {
    try {
      byte[] bytes = Files.readAllBytes(path);
      try (PDDocument document = PDDocument.load(bytes)) {
        verdict.put("pages", document.getNumberOfPages());
        verdict.put("encrypted", document.isEncrypted());
        ValidationData data = ValidationData.read(document);
        verdict.put("validationData", data.counts());
        SignatureJudge judge = new SignatureJudge(bytes, document, data, paths);
        List<Object> signatures = new ArrayList<>();
        for (PDSignatureField field : document.getSignatureFields()) {
          PDSignature signature = field.getSignature();
          if (signature != null) signatures.add(judge.judge(field, signature));
        }
        judge.close();
        verdict.put("signatures", signatures);
        verdict.put("opened", "yes");
      }
    } catch (InvalidPasswordException locked) {
      verdict.put("opened", "password");
    } catch (Exception | StackOverflowError | OutOfMemoryError broken) {
      verdict.put("opened", "no: " + broken);
    }
  }
}
