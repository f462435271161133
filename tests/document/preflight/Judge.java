// Judges files against PDF/A-1b with Apache PDFBox Preflight. One line a complaint: file, tab, code, tab, details.
// A file without a line is valid.
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.pdfbox.preflight.PreflightDocument;
import org.apache.pdfbox.preflight.ValidationResult;
import org.apache.pdfbox.preflight.exception.SyntaxValidationException;
import org.apache.pdfbox.preflight.parser.PreflightParser;

public final class Judge {
  private Judge() {}

  public static void main(String[] files) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String file : files) {
      for (ValidationResult.ValidationError error : judge(new File(file)).getErrorsList()) {
        out.println(file + "\t" + error.getErrorCode() + "\t" + error.getDetails());
      }
    }
  }

  private static ValidationResult judge(File file) throws Exception {
    PreflightParser parser = new PreflightParser(file);
    try {
      parser.parse();
      try (PreflightDocument document = parser.getPreflightDocument()) {
        document.validate();
        return document.getResult();
      }
    } catch (SyntaxValidationException broken) {
      return broken.getResult();
    }
  }
}
