//! Prices, limits and times of AWS's, each with its source. Nothing else in this crate states one.
//!
//! Prices are list prices of us-east-1 in US dollars, without free tiers and without discounts for volume. "Secondary" marks what
//! AWS's own page was not read for; "assumed" marks what no source says. `ADG` is docs.aws.amazon.com/amazondynamodb/latest/developerguide,
//! `APIGW` docs.aws.amazon.com/apigateway/latest/developerguide, `ATK` github.com/aws/agent-toolkit-for-aws at d6ad2e4.

// ---- prices: DynamoDB

/// A write unit on demand. ATK amazon-dynamodb/scripts/calculate_costs.py. A transactional write takes two for each KB (ADG
/// transaction-apis.html), an index's write one; a stream that Lambda reads is free (ADG time-to-live-ttl-streams.html).
pub const WRITE_UNIT: f64 = 0.625e-6;
/// A read unit on demand; same source.
pub const READ_UNIT: f64 = 0.125e-6;
/// A GB stored for a month. aws.amazon.com/dynamodb/pricing.
pub const STORED_GB: f64 = 0.25;
/// A GB of point-in-time recovery for a month. Assumed: no source that was found says it; it is what AWS's price list has had.
pub const RECOVERY_GB: f64 = 0.20;

// ---- prices: Lambda

/// A call of a function. ATK aws-serverless/references/lambda.md.
pub const INVOCATION: f64 = 0.20e-6;
/// A GB-second on x86_64; on arm64 it is [`GB_SECOND_ARM64`]. Same source. An instance's start is billed too (cloudthat.com, secondary).
pub const GB_SECOND: f64 = 0.000_016_666_7;
/// A GB-second on arm64; same source.
pub const GB_SECOND_ARM64: f64 = 0.000_013_333_4;

// ---- prices: API Gateway

/// A call of an HTTP API, up to 300 million a month. amnic.com/blogs/aws-api-gateway-pricing (secondary).
pub const HTTP_CALL: f64 = 1.0e-6;
/// A message over a WebSocket API, either way, each 32 KB. awsnegotiations.com/api-gateway-websocket-cost (secondary).
pub const SOCKET_MESSAGE: f64 = 1.0e-6;
/// A minute of one connection; same source.
pub const SOCKET_MINUTE: f64 = 0.25e-6;

// ---- prices: everything else

/// An HTTPS request at CloudFront, in North America and Europe. wring.co/blog/aws-cloudfront-pricing-guide (secondary).
pub const EDGE_REQUEST: f64 = 1.0e-6;
/// A GB from CloudFront to a browser there, up to 10 TB a month. aws.amazon.com/cloudfront/pricing.
pub const EDGE_GB: f64 = 0.085;
/// A GB of log. duckbillgroup.com (secondary): USD 0.50, less from 10 TB a month on.
pub const LOG_GB: f64 = 0.50;
/// A metric of one's own for a month, by the hours in which it is written. c3x.dev/blog/aws-cloudwatch-metrics-cost (secondary).
pub const METRIC: f64 = 0.30;
/// A secret for a month; USD 0.05 for 10,000 readings come on top. hivebook.wiki (secondary).
pub const SECRET: f64 = 0.40;
/// A reading of a secret; same source.
pub const SECRET_READ: f64 = 5.0e-6;
/// A run of a schedule (`EventBridge` Scheduler). cloudburn.io/blog/amazon-eventbridge-pricing (secondary); 14 million a month are free.
pub const SCHEDULE_RUN: f64 = 1.0e-6;
/// A request to a queue. factualminds.com/blog/amazon-sqs-pricing (secondary). The queue of failures has none while nothing fails.
pub const QUEUE_REQUEST: f64 = 0.40e-6;

// ---- limits: DynamoDB

/// Write units of one partition in a second. ADG warm-throughput-scenarios.html.
pub const PARTITION_WRITES: u32 = 1_000;
/// Read units of one partition in a second; same source.
pub const PARTITION_READS: u32 = 3_000;
/// Write units that a fresh table on demand takes in a second, and each of its indexes. ADG pre-warming-on-demand-capacity-mode.html;
/// that these are four partitions is assumed.
pub const FRESH_WRITES: u32 = 4_000;
/// A table takes twice the highest traffic that it had before this time. ADG, repost.aws/knowledge-center/on-demand-table-throttling-dynamodb.
pub const DOUBLES_AFTER_MS: i64 = 30 * 60 * 1_000;
/// Write units of one table in a second, and as many read units, unless AWS raises the quota. ADG ServiceQuotas.html.
pub const TABLE_QUOTA: u32 = 40_000;
/// How long a partition is at its bound before it is split. AWS says "split for heat" (aws.amazon.com/blogs/database, part 3) and no
/// time; that these are minutes is assumed.
pub const SPLITS_AFTER_MS: i64 = 5 * 60 * 1_000;

/// What DynamoDB counts for each row beside its attributes, in bytes. ADG CapacityUnitCalculations.html.
pub const ROW_OVERHEAD_BYTES: usize = 100;

// ---- limits: Lambda

/// The memory with which a function has one core, in MB; with less it has less of one. ATK aws-serverless/references/lambda.md.
pub const CORE_MB: f64 = 1_769.0;

/// Instances that a function may add in [`RAMP_MS`]. ATK concurrency.md.
pub const RAMP: u32 = 1_000;
/// See [`RAMP`].
pub const RAMP_MS: i64 = 10_000;
/// Calls under way at once in an account and region, over all functions; same source. New accounts have fewer.
pub const CONCURRENCY: u32 = 1_000;
/// Calls in a second for each of [`CONCURRENCY`]; same source.
pub const CALLS_PER_CONCURRENCY: u32 = 10;

// ---- limits: API Gateway and CloudFront

/// Calls in a second of an account in a region: HTTP, WebSocket and what is posted to sockets together. APIGW limits.html. Thirteen
/// newer regions have a quarter.
pub const ACCOUNT_CALLS: u32 = 10_000;
/// Calls that an account may make in a burst; same source. AWS raises the rate and not the burst.
pub const ACCOUNT_BURST: u32 = 5_000;
/// New sockets in a second. APIGW apigateway-execution-service-websocket-limits-table.html.
pub const NEW_SOCKETS: u32 = 500;
/// Requests in a second to one distribution. docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html.
pub const EDGE_REQUESTS: u32 = 250_000;
/// Gigabits in a second from one distribution; same source.
pub const EDGE_GIGABITS: u32 = 150;

// ---- times

/// A transaction, in milliseconds: the middle of 400 of five rows, out of a function. github.com/alexdebrie/dynamodb-performance-testing
/// at d526e9f (2020, secondary); 25 rows took 32 ms.
pub const TRANSACTION_MS: i64 = 25;
/// A request for one row, in milliseconds; same source, for a put of one row.
pub const ROW_MS: i64 = 8;
/// From a commit to the start of the function that reads the stream, in milliseconds: Lambda looks four times a second (ATK event-sources.md).
pub const STREAM_MS: i64 = 250;
/// What an instance needs before its first call, in milliseconds, beside its own work: 112 ms of start with this SDK
/// (shinyaz.com, 128 MB on arm64, secondary) and two secrets. On AWS it was not measured for these functions.
pub const START_MS: i64 = 130;
/// What Lambda adds to the log for each call, in bytes: its lines of start, end and report as JSON. Assumed.
pub const PLATFORM_LOG_BYTES: f64 = 900.0;
