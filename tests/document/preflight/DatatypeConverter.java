// Stands in for a type of JAXB, which Java no longer brings: Preflight reads
// numbers with it, and its XMP reader dates of ISO 8601.
package javax.xml.bind;

import java.time.OffsetDateTime;
import java.util.Calendar;
import java.util.GregorianCalendar;

public final class DatatypeConverter {
  private DatatypeConverter() {}

  public static int parseInt(String text) {
    return Integer.parseInt(text.trim());
  }

  public static Calendar parseDateTime(String text) {
    return GregorianCalendar.from(OffsetDateTime.parse(text).toZonedDateTime());
  }
}
